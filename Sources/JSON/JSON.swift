// JSON: bytes to values without copies, and bytes of reports.
//
// In:  bytes of an index line, an advisory record, a report written earlier.
// Out: a `JSONScanner` to pull values from one by one, or a `JSONValue` tree;
//      a `JSONWriter` turns values back into bytes.
//
// The scanner accepts what the `serde_json` crate accepts, because index lines
// must be judged as Cargo judges them: it skips values nobody asks for without
// interpreting them (numbers of any size, unpaired surrogates, broken UTF-8 and
// any nesting), and is strict where a text is taken over.
//
// Limits: the scanner needs one bit of memory per level skipped; `JSONValue`
// refuses more than 128 levels. Nothing here recurses deeper than that.
//
// Start reading at `JSONScanner`.
