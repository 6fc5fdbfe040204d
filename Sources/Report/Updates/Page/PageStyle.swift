/// The style sheet of the page. Colours come in pairs for light and dark; every text on its ground has a contrast of at
/// least 4.5 to 1. Nothing is told by colour alone.
enum PageStyle {
    static let text: Markup = "\(colors)\(layout)\(tables)\(pictures)\(print)"

    private static let light: Markup = """
        --ground:#f7f8fa;--panel:#fff;--text:#1b1f24;--muted:#57606c;--rule:#d9dee5;--soft:#eef1f5;--link:#0b57a4;
        --bad:#9c1c16;--bad-soft:#fdeceb;--warn:#704600;--warn-soft:#fff2d6;--info:#0b57a4;--info-soft:#e7f0fa;
        --good:#17633a;--p0:#9c1c16;--p1:#c9602b;--p2:#b07d10;--p3:#5f86b0;--p4:#87919e;--l0:#9c1c16;--l1:#0b57a4;
        --l2:#6a6f00;--bar:#4f7fae;
        """

    private static let dark: Markup = """
        --ground:#13171c;--panel:#1a1f26;--text:#e4e8ed;--muted:#a4aebb;--rule:#333b46;--soft:#232a33;--link:#86bdf7;
        --bad:#ffb3ab;--bad-soft:#471a17;--warn:#f7d08a;--warn-soft:#3c2d0c;--info:#a9d0f8;--info-soft:#163250;
        --good:#8fd9ab;--p0:#ff8a7e;--p1:#e9965f;--p2:#e5c06d;--p3:#7fa3c9;--p4:#66717f;--l0:#ff8a7e;--l1:#86bdf7;
        --l2:#d5cf62;--bar:#6d9fd0;
        """

    private static let colors: Markup = """

        :root{color-scheme:light;\(light)}
        @media (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;\(dark)}}
        :root[data-theme=dark]{color-scheme:dark;\(dark)}
        @media print{:root:root:root{color-scheme:light;\(light)--ground:#fff}}

        """

    private static let layout: Markup = """
        *{box-sizing:border-box}
        html{scroll-behavior:smooth;scroll-padding-top:1rem;-webkit-text-size-adjust:100%}
        @media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
        body{margin:0 auto;padding:1.5rem clamp(.75rem,3vw,2.5rem) 3rem;max-width:84rem;background:var(--ground);\
        color:var(--text);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;\
        overflow-wrap:break-word}
        a{color:var(--link);text-underline-offset:.15em}
        :focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:3px}
        .skip{position:absolute;left:-99rem}
        .skip:focus{left:1rem;top:.5rem;background:var(--panel);padding:.4rem .8rem;z-index:2}
        .unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
        .bar{display:flex;justify-content:space-between;align-items:center;gap:1rem}
        h1{font-size:1.75rem;line-height:1.2;margin:0}
        h2{font-size:1.25rem;line-height:1.3;margin:0 0 .75rem}
        h2 small{font-weight:400;color:var(--muted)}
        h3{font-size:1rem;margin:.75rem 0 .25rem}
        p{margin:.5rem 0}
        small{font-size:.85em}
        .lead{font-size:1.05rem;margin:.25rem 0}
        .basis,.muted,small.muted,figcaption+svg text.axis{color:var(--muted)}
        .basis{font-size:.9rem}
        code,pre,.name,svg.graph text{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
        code{font-size:.9em;background:var(--soft);padding:.05em .3em;border-radius:4px}
        .name{font-weight:650;font-size:.95em}
        .arrow{color:var(--muted)}
        .fix{color:var(--good);font-weight:600}
        nav ul,.tiles,td>ul,.plots{list-style:none;margin:0;padding:0}
        nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:.75rem 0}
        section{background:var(--panel);border:1px solid var(--rule);border-radius:12px;padding:1.25rem;margin:1.25rem 0}
        section[aria-label=Summary]{background:none;border:0;padding:0}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.75rem}
        .tiles a{display:block;height:100%;padding:.7rem .9rem;background:var(--panel);border:1px solid var(--rule);\
        border-left:5px solid var(--rule);border-radius:10px;color:var(--muted);text-decoration:none;line-height:1.3}
        .tiles a:hover span{text-decoration:underline}
        .tiles b{display:block;font-size:1.6rem;line-height:1.25;color:var(--text);font-variant-numeric:tabular-nums}
        .tiles b.long{font-size:1.15rem;line-height:1.74}
        .tiles .bad a{border-left-color:var(--bad)}
        .tiles .bad b{color:var(--bad)}
        .tiles .warn a{border-left-color:var(--warn)}
        .alert{padding:.7rem 1rem;margin:0 0 .6rem;background:var(--warn-soft);border-left:5px solid var(--warn);\
        border-radius:8px}
        .alert.bad{background:var(--bad-soft);border-color:var(--bad)}
        .alert h3{margin:0}
        .alert ul{margin:.25rem 0 0;padding-left:1.1rem}
        .alert a,.alert summary,.alert small{color:inherit}
        .badge{display:inline-block;padding:.05em .55em;border-radius:99px;font-size:.8rem;font-weight:600;\
        white-space:nowrap;background:var(--soft);color:var(--text);border:1px solid var(--rule)}
        .badge.bad{background:var(--bad-soft);color:var(--bad);border-color:currentColor}
        .badge.warn{background:var(--warn-soft);color:var(--warn);border-color:currentColor}
        .badge.info{background:var(--info-soft);color:var(--info);border-color:transparent}
        .two{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:0 2rem}
        .two ul{padding-left:1.1rem;margin:.25rem 0}
        summary{cursor:pointer;color:var(--link)}
        summary b{color:var(--text)}
        .box{border:1px solid var(--rule);border-radius:10px;padding:.6rem .9rem;margin:.5rem 0}
        .box>summary small{color:var(--muted)}
        pre{margin:.5rem 0;padding:.8rem 1rem;background:var(--soft);border-radius:8px;overflow:auto;font-size:.9rem;\
        white-space:pre;overflow-wrap:normal}
        .copy{position:relative}
        .copy button{position:absolute;top:.4rem;right:.4rem}
        button,select,input{font:inherit;color:var(--text);background:var(--panel);border:1px solid var(--muted);\
        border-radius:7px;padding:.3rem .7rem;min-height:2.2rem;max-width:100%}
        button{cursor:pointer}
        button:hover{background:var(--soft)}
        input[type=search]{width:19rem}
        select{max-width:min(100%,22rem)}
        input[type=checkbox]{min-height:auto;width:1.1rem;height:1.1rem;vertical-align:-.15em}
        .controls{display:flex;flex-wrap:wrap;gap:.6rem 1rem;align-items:end;margin:0 0 .75rem}
        .controls label{display:grid;gap:.15rem;font-size:.9rem;color:var(--muted);min-width:0}
        .controls .check{display:flex;align-items:center;gap:.4rem;min-height:2.2rem;color:var(--text)}
        [hidden]{display:none!important}
        footer{color:var(--muted);font-size:.9rem}

        """

    private static let tables: Markup = """
        table{border-collapse:collapse;width:100%;font-size:.94rem}
        caption{text-align:left;color:var(--muted);padding:0 0 .4rem;font-size:.9rem}
        th,td{text-align:left;vertical-align:top;padding:.55rem .75rem .55rem 0;border-top:1px solid var(--rule);\
        font-weight:400}
        thead th{border-top:0;color:var(--muted);font-size:.85rem;font-weight:600;padding-bottom:.3rem}
        thead button{border:0;background:none;padding:0;min-height:1.6rem;color:inherit;font-weight:600;text-align:left}
        thead th{white-space:nowrap}
        code,.name,small,td,th[scope=row]{overflow-wrap:anywhere}
        time,td b{white-space:nowrap}
        thead button::after{content:" ↕";color:var(--muted);opacity:.7}
        [aria-sort=ascending] button::after{content:" ↑";opacity:1}
        [aria-sort=descending] button::after{content:" ↓";opacity:1}
        td>ul>li{margin:0 0 .35rem}
        td small,th small,.hold small{color:var(--muted)}
        @media (min-width:46.01rem){
        #urgent tr>th:first-child{width:21%}
        #urgent thead th:nth-child(2),#urgent thead th:nth-child(3){width:35%}
        #rows thead th{width:9%}
        #rows thead th:nth-child(2){width:15%}
        #rows thead th:nth-child(4),#rows thead th:nth-child(6){width:25%}
        #rows thead th:nth-child(7){width:13%}
        }
        #rows td:nth-child(5){white-space:nowrap}
        .hold{margin:.15rem 0}
        td ul>li+li{padding-top:.1rem}
        td ul ul,td details ul{padding-left:1.1rem;margin:.25rem 0}
        .scroll{overflow-x:auto;max-width:100%}
        .scroll *{overflow-wrap:break-word}
        .numbers td{text-align:right;font-variant-numeric:tabular-nums}
        .numbers thead th:not(:first-child){text-align:right}
        .numbers thead th:not(:first-child) button{text-align:right}
        .numbers td,.numbers thead th:not(:first-child){padding-left:.75rem}
        .numbers thead th{white-space:nowrap}
        .numbers{margin-bottom:1rem}
        table.small{font-size:.85rem;width:auto}
        table.small td,table.small th{overflow-wrap:normal;padding:.15rem .9rem .15rem 0}
        noscript table{margin:0 0 1.5rem}
        @media (max-width:46rem){
        section{padding:1rem .8rem}
        .cards,.cards tbody,.cards caption,.cards tr,.cards td,.cards th[scope=row]{display:block;width:auto}
        .cards thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
        .cards tr{border-top:2px solid var(--rule);padding:.6rem 0}
        .cards th,.cards td,.numbers td{border:0;padding:.15rem 0;text-align:left}
        .cards td:not(:empty)::before{content:attr(data-label) ": ";color:var(--muted);font-size:.85rem}
        .cards td:empty{display:none}
        .numbers .cards td{display:inline-block;margin-right:1rem}
        }

        """

    private static let pictures: Markup = """
        .plots{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,21.5rem),1fr));gap:1.5rem 2rem}
        figure{margin:0;min-width:0}
        figcaption{font-weight:600;margin:0 0 .5rem}
        svg{display:block;max-width:100%;height:auto;overflow:visible}
        svg.graph{max-width:none;height:auto;margin:.4rem 0}
        svg text{fill:var(--text);font-size:12px}
        svg text.axis{fill:var(--muted);font-size:11px}
        .part,.part5{fill:var(--bar)}
        .part0{fill:var(--p0)}.part1{fill:var(--p1)}.part2{fill:var(--p2)}.part3{fill:var(--p3)}.part4{fill:var(--p4)}
        rect{stroke:var(--panel);stroke-width:1}
        .grid{stroke:var(--rule);fill:none}
        polyline,.line0,.line1,.line2{fill:none;stroke-width:2}
        .line0{stroke:var(--l0)}
        .line1{stroke:var(--l1);stroke-dasharray:6 3}
        .line2{stroke:var(--l2);stroke-dasharray:2 3}
        .mark0{fill:var(--l0)}.mark1{fill:var(--l1);stroke:none}.mark2{fill:var(--l2)}
        .graph rect{fill:var(--soft);stroke:var(--muted)}
        .graph rect.owner{fill:var(--warn-soft);stroke:var(--warn);stroke-width:2}
        .graph rect.held{fill:var(--bad-soft);stroke:var(--bad);stroke-width:2}
        .graph path{fill:none;stroke:var(--muted);stroke-width:1.5}
        .graph path.head{fill:var(--muted);stroke:none}
        .graph .requirement{font-weight:700}
        .graph .wish{fill:var(--muted)}

        """

    private static let print: Markup = """
        @media print{
        body{max-width:none;padding:0;font-size:10pt}
        section{border:0;padding:0;margin:1rem 0}
        nav,.controls,.skip,.bar button,.copy button,#more,.picture{display:none!important}
        thead button::after{content:none}
        tr,figure,.alert li,.box>summary,.tiles li{break-inside:avoid}
        h2,h3,summary,caption{break-after:avoid}
        thead{display:table-header-group}
        details::details-content{content-visibility:visible!important;block-size:auto!important}
        a{color:inherit}
        pre{white-space:pre-wrap}
        .scroll{overflow:visible}
        }

        """
}
