import Glibc

/// What the command line asks for.
struct Arguments {
    var context = Context(corpus: "corpus", spec: "spec")
    /// Empty for all suites.
    var names: [String] = []

    /// Nil if the arguments make no sense.
    init?(_ arguments: ArraySlice<String>, suites: [any Suite]) {
        var rest = arguments
        while let argument = rest.popFirst() {
            switch argument {
            case "--corpus":
                guard let directory = rest.popFirst() else { return nil }
                context.corpus = absolute(directory)
            case "--spec":
                guard let directory = rest.popFirst() else { return nil }
                context.spec = absolute(directory)
            default:
                guard suites.contains(where: { $0.name == argument }) else { return nil }
                names.append(argument)
            }
        }
    }
}

func names(of suites: [any Suite]) -> String {
    suites.map(\.name).joined(separator: ", ")
}

/// Writes a line to the error output.
func report(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
}

/// As seen from the root, so that suites may give it to what works elsewhere.
private func absolute(_ path: String) -> String {
    guard let raw = realpath(path, nil) else { return path }
    defer { free(raw) }
    return String(cString: raw)
}
