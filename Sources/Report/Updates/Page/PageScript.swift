/// The script of the page: no library, no request, and text only ever as text (`textContent`), so nothing a package is
/// called can become markup. When all is in place the root element has `data-ready`, with the number of rows found.
enum PageScript {
    static let text: Markup = "\(start)\(tables)\(list)\(filters)\(finish)"

    private static let start: Markup = #"""

        (() => {
        "use strict";
        const root = document.documentElement;
        const one = id => document.getElementById(id);
        const all = (selector, from) => Array.from((from || document).querySelectorAll(selector));
        const make = (name, text, attributes) => {
          const element = document.createElement(name);
          if (text !== undefined && text !== null) element.textContent = text;
          for (const key in attributes || {}) element.setAttribute(key, attributes[key]);
          return element;
        };
        const stored = (action) => { try { return action(window.localStorage); } catch { return null; } };

        // Light or dark.
        const theme = one("theme");
        const isDark = () => (root.dataset.theme ||
          (window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
        const name = () => { theme.textContent = isDark() ? "Light colours" : "Dark colours"; };
        const kept = stored(store => store.getItem("lockgate-theme"));
        if (kept === "dark" || kept === "light") root.dataset.theme = kept;
        theme.addEventListener("click", () => {
          root.dataset.theme = isDark() ? "light" : "dark";
          stored(store => store.setItem("lockgate-theme", root.dataset.theme));
          name();
        });
        theme.hidden = false;
        name();

        // Copying of commands.
        for (const block of all("pre.commands")) {
          const box = make("div", null, { class: "copy" });
          const button = make("button", "Copy", { type: "button", "aria-label": "Copy the commands" });
          block.replaceWith(box);
          box.append(block, button);
          const select = () => {
            const range = document.createRange();
            range.selectNodeContents(block);
            const selection = window.getSelection();
            selection.removeAllRanges();
            selection.addRange(range);
            button.textContent = "Selected";
          };
          button.addEventListener("click", () => {
            if (!navigator.clipboard) return select();
            navigator.clipboard.writeText(block.textContent).then(() => {
              button.textContent = "Copied";
              setTimeout(() => { button.textContent = "Copy"; }, 2000);
            }, select);
          });
        }

        """#

    private static let tables: Markup = #"""
        // Sorting of tables that are there.
        const heads = (cells, action) => cells.forEach((cell, index) => {
          const button = make("button", cell.textContent, { type: "button" });
          cell.replaceChildren(button);
          button.addEventListener("click", () => action(index, cell));
        });
        const value = (row, index) => {
          const cell = row.cells[index];
          return cell.dataset.v === undefined ? cell.textContent.trim().toLowerCase() : Number(cell.dataset.v);
        };
        const compare = (a, b) => a < b ? -1 : a > b ? 1 : 0;
        for (const table of all("table[data-sort]")) {
          const cells = all("thead th", table);
          const isNumeric = table.closest(".numbers") !== null;
          heads(cells, (index, cell) => {
            const before = cell.getAttribute("aria-sort");
            const goesDown = before === null ? isNumeric && index > 0 : before === "ascending";
            cells.forEach(other => other.removeAttribute("aria-sort"));
            cell.setAttribute("aria-sort", goesDown ? "descending" : "ascending");
            const rows = Array.from(table.tBodies[0].rows, row => [value(row, index), row]);
            rows.sort((a, b) => goesDown ? compare(b[0], a[0]) : compare(a[0], b[0]));
            table.tBodies[0].append(...rows.map(pair => pair[1]));
          });
        }

        // A link to something folded opens it; such ids are plain ASCII.
        const open = () => {
          const target = one(location.hash.slice(1));
          if (target && target.tagName === "DETAILS") { target.open = true; target.scrollIntoView({ behavior: "instant" }); }
        };

        """#

    private static let list: Markup = #"""
        // The list of all packages.
        const data = JSON.parse(one("data").textContent);
        const form = one("filter");
        const isCollection = data.workspaces.length > 1;
        const text = number => data.texts[number];
        const records = data.records.map((r, number) => ({
          number, urgency: r[0], traits: r[1], name: text(r[2]), locked: text(r[3]), source: text(r[4]), goal: text(r[5]),
          step: text(r[6]), above: text(r[7]), why: text(r[8]), held: text(r[9]), days: r[10],
          order: text(r[2]) + " " + text(r[3]).replace(/\d+/g, digits => digits.padStart(8, "0")),
          id: (text(r[2]) + "@" + text(r[3])).toLowerCase(),
          words: r.slice(2, 10).map(text).join("\n").toLowerCase()
        }));
        const rows = data.rows.flatMap((list, workspace) => list.map(code => ({
          workspace, record: records[code >> 2], isNew: (code & 2) !== 0, isDirect: (code & 1) !== 0 })));
        const bits = { behind: 1, breaking: 2, flawed: 4, yanked: 8, pinned: 16, unsound: 32, unmaintained: 64 };
        const unknown = data.urgencies.indexOf("unknown"), current = data.urgencies.indexOf("current");
        const lastUrgent = data.urgencies.indexOf("yanked");
        const fits = (record, choice) => choice === "all" || (
          choice === "" ? record.urgency !== current :
          choice === "urgent" ? record.urgency <= lastUrgent :
          choice === "unknown" ? record.urgency === unknown : (record.traits & bits[choice]) !== 0);
        const orders = {
          urgency: row => row.record.urgency, package: row => row.record.order, why: row => row.record.why,
          behind: row => row.record.days, held: row => row.record.held, goal: row => row.record.goal,
          workspace: row => row.count > 1 ? -row.count : row.workspace
        };
        const columns = [["urgency", "Urgency"], ["package", "Package"], ["goal", "Goal"], ["why", "What is known"],
          ["behind", "Behind"], ["held", "Held by"]].concat(isCollection ? [["workspace", "Workspace"]] : []);
        const tones = ["bad", "bad", "warn", "warn", "warn", "info", "info", "info", "", ""];
        const linked = words => words.split(/(\bRUSTSEC-\d{4}-\d{4}\b)/).map((part, index) => index % 2 === 0 ? part :
          make("a", part, { href: "https://rustsec.org/advisories/" + part + ".html", rel: "noopener noreferrer" }));
        const prose = (cell, words) => words.split("`").forEach((part, index, parts) => {
          if (part === "") return;
          if (index % 2 === 1 && index < parts.length - 1) cell.append(make("code", part));
          else cell.append(...linked(part));
        });
        const cells = {
          urgency(cell, row) {
            const urgency = row.record.urgency;
            cell.append(make("span", data.urgencies[urgency], { class: "badge " + tones[urgency] }));
            if (row.isNew) cell.append(" ", make("span", "new", { class: "badge info" }));
          },
          package(cell, row) {
            cell.append(make("span", row.record.name, { class: "name" }), " " + row.record.locked);
            if (row.record.source) cell.append(" ", make("small", "from " + row.record.source));
            if (row.isDirect) cell.append(" ", make("small", "direct"));
          },
          goal(cell, row) {
            if (!row.record.goal) return;
            cell.append(make("b", row.record.goal));
            if (row.record.step) cell.append(" ", make("small", "(" + row.record.step + ")"));
          },
          why(cell, row) {
            prose(cell, row.record.why);
            if (!row.record.above) return;
            const small = make("small");
            prose(small, (row.record.why ? "there is " : "") + row.record.above);
            if (row.record.why) cell.append(make("br"));
            cell.append(small);
          },
          behind(cell, row) { if (row.record.days >= 0) cell.append(row.record.days + (row.record.days === 1 ? " day" : " days")); },
          held(cell, row) {
            if (row.differs) { cell.append(make("small", "differs by workspace")); return; }
            if (!row.record.held) return;
            const lines = row.record.held.split("\n").map(words => { const line = make("div"); prose(line, words); return line; });
            cell.append(...lines.slice(0, 3));
            if (lines.length < 4) return;
            const rest = make("details");
            rest.append(make("summary", "and " + (lines.length - 3) + " more"), ...lines.slice(3));
            cell.append(rest);
          },
          workspace(cell, row) {
            if (row.count > 1) {
              const filter = new URLSearchParams({ q: "=" + row.record.name + "@" + row.record.locked, u: "all", each: "1" });
              cell.append(make("a", row.count + " workspaces", { href: "#list?" + filter }));
            } else cell.append(make("a", data.workspaces[row.workspace], { href: "#w" + row.workspace }));
          }
        };

        """#

    private static let filters: Markup = #"""
        let state = {}, found = [], shown = 0;
        const keys = ["q", "u", "w", "each", "direct", "new", "sort", "down"];
        const grouped = list => {
          const groups = new Map();
          for (const row of list) {
            const key = row.record.name + " " + row.record.locked + " " + row.record.source;
            const known = groups.get(key);
            if (!known) groups.set(key, { ...row, count: 1 });
            else {
              known.count += 1;
              known.differs ||= row.record.held !== known.record.held;
              known.isNew ||= row.isNew;
              known.isDirect ||= row.isDirect;
              if (row.record.urgency < known.record.urgency) known.record = row.record;
            }
          }
          return [...groups.values()];
        };
        const isGrouped = () => isCollection && !state.each;
        const fitsWords = () => {
          const words = (state.q || "").toLowerCase().split(/\s+/).filter(Boolean);
          const isExact = words.length === 1 && words[0].startsWith("=");
          const exact = isExact ? words[0].slice(1) : "";
          const misses = records.map(record => !fits(record, state.u || "") ? null :
            isExact ? (exact === record.id || exact === record.name.toLowerCase() ? [] : null) :
            words.filter(word => !record.words.includes(word)));
          const paths = data.workspaces.map(path => path.toLowerCase());
          return row => {
            const missing = misses[row.record.number];
            return missing !== null && missing.every(word => paths[row.workspace].includes(word));
          };
        };
        const search = () => {
          const isHit = fitsWords();
          found = rows.filter(row => (!state.w || row.workspace === Number(state.w)) && (!state.direct || row.isDirect)
            && (!state.new || row.isNew) && isHit(row));
          if (isGrouped()) found = grouped(found);
          const order = orders[state.sort];
          if (order) found.sort((a, b) => state.down ? compare(order(b), order(a)) : compare(order(a), order(b)));
          else if (isCollection) found.sort((a, b) => a.record.urgency - b.record.urgency || (b.count || 0) - (a.count || 0));
        };
        const line = row => {
          const tr = make("tr", null, { role: "row" });
          columns.forEach(([key, label], index) => {
            const cell = index === 1 ? make("th", null, { scope: "row", role: "rowheader", "data-label": label })
              : make("td", null, { role: "cell", "data-label": label });
            cells[key](cell, row);
            tr.append(cell);
          });
          return tr;
        };
        const table = make("table", null, { class: "cards", role: "table" });
        const head = make("thead", null, { role: "rowgroup" }), body = make("tbody", null, { role: "rowgroup" });
        const headRow = make("tr", null, { role: "row" });
        columns.forEach(([, label]) => headRow.append(make("th", label, { scope: "col", role: "columnheader" })));
        head.append(headRow);
        table.append(make("caption", "Locked packages and what there is above them"), head, body);
        heads(all("th", headRow), index => {
          const key = columns[index][0];
          const down = state.sort === key ? !state.down : key === "behind";
          change({ ...state, sort: key, down: down ? "1" : "" });
        });
        const more = count => {
          body.append(...found.slice(shown, shown + count).map(line));
          shown = Math.min(found.length, shown + count);
          one("more").hidden = shown >= found.length;
        };
        const show = () => {
          search();
          body.replaceChildren();
          shown = 0;
          more(100);
          all("th", headRow).forEach((cell, index) => {
            cell.removeAttribute("aria-sort");
            if (columns[index][0] === state.sort) cell.setAttribute("aria-sort", state.down ? "descending" : "ascending");
          });
          const total = isGrouped() ? " versions" : " of " + rows.length.toLocaleString("en") + " packages";
          one("found").textContent = found.length.toLocaleString("en") + total;
          root.dataset.ready = String(found.length);
        };
        const fill = () => keys.forEach(key => {
          const field = form.elements[key];
          if (!field) return;
          if (field.type === "checkbox") field.checked = Boolean(state[key]); else field.value = state[key] || "";
        });
        const change = next => {
          state = next;
          const filter = new URLSearchParams(keys.filter(key => state[key]).map(key => [key, state[key]])).toString();
          history.replaceState(null, "", filter ? "#list?" + filter : "#list");
          show();
        };
        const read = () => Object.fromEntries(keys.map(key => {
          const field = form.elements[key];
          if (!field) return [key, state[key] || ""];
          return [key, field.type === "checkbox" ? (field.checked ? "1" : "") : field.value];
        }));

        """#

    private static let finish: Markup = #"""
        const follow = () => {
          if (!location.hash.startsWith("#list?")) { open(); return false; }
          const filter = new URLSearchParams(location.hash.slice(6));
          state = Object.fromEntries(keys.map(key => [key, filter.get(key) || ""]));
          if (!(state.u in bits) && !["", "all", "urgent", "unknown"].includes(state.u)) state.u = "";
          fill();
          show();
          one("list").scrollIntoView({ behavior: "instant" });
          return true;
        };
        if (form) {
          one("rows").append(table);
          form.hidden = false;
          form.addEventListener("submit", event => event.preventDefault());
          let waiting = 0;
          form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(() => change(read()), 80); });
          form.addEventListener("reset", () => setTimeout(() => change({}), 0));
          one("more").addEventListener("click", () => more(400));
          all("a.js").forEach(link => { link.hidden = false; });
          for (const link of all("a[data-filter]")) {
            if (link.dataset.filter) link.href = "#list?" + link.dataset.filter;
          }
          window.addEventListener("hashchange", follow);
          if (!follow()) show();
          let closed = [];
          window.addEventListener("beforeprint", () => {
            closed = all("details:not([open])");
            closed.forEach(details => { details.open = true; });
            more(Math.max(0, 2000 - shown));
          });
          window.addEventListener("afterprint", () => closed.forEach(details => { details.open = false; }));
        } else {
          window.addEventListener("hashchange", open);
          open();
          root.dataset.ready = "0";
        }
        })();

        """#
}
