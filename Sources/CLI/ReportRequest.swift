import ArgumentParser
import CargoWorkspace
import Disk
import Report

/// A value of `--format`: `NAME`, for standard output, or `NAME=FILE`.
struct ReportRequest: ExpressibleByArgument, Equatable {
    let format: ReportFormat
    /// `nil` for standard output.
    let file: String?

    init(_ format: ReportFormat, file: String? = nil) {
        self.format = format
        self.file = file
    }

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let format = ReportFormat(rawValue: parts[0]), parts.last != "" else { return nil }
        self.init(format, file: parts.count > 1 && parts[1] != "-" ? parts[1] : nil)
    }

    static var allValueStrings: [String] { ReportFormat.allCases.map { "\($0.rawValue)[=FILE]" } }

    /// What may not be overwritten, wherever it is.
    private static let inputs = Set(
        ["Cargo.toml", "Cargo.lock", PolicyFile.baselineName] + PolicyFile.names.map(Path.lastComponent))

    /// The file, links followed as far as they lead somewhere.
    private var place: String? {
        file.map { FileSystem.realPath($0) ?? Path.normalize(Path.join(FileSystem.realPath(".") ?? "", $0)) }
    }

    /// Each once; `text` if nothing was asked for.
    ///
    /// - Throws: `ValidationError` for two reports in one place.
    static func checked(_ requests: [ReportRequest]) throws -> [ReportRequest] {
        var result: [ReportRequest] = []
        for request in requests where !result.contains(request) {
            if let file = request.file, inputs.contains(Path.lastComponent(request.place ?? "")) {
                throw ValidationError("`\(file)` is read by lockgate; a report in its place would destroy it")
            }
            if let other = result.first(where: { $0.place == request.place }) {
                let place = request.file.map { "`\($0)`" } ?? "standard output"
                throw ValidationError(
                    "--format \(other.format) and --format \(request.format) would both go to \(place); "
                        + "give one a file, as in `--format \(request.format)=FILE`")
            }
            result.append(request)
        }
        return result.isEmpty ? [ReportRequest(.text)] : result
    }
}
