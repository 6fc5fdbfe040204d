import ArgumentParser
import CargoWorkspace
import Disk
import Report

/// The formats of one kind of report.
protocol NamedFormat: RawRepresentable<String>, CaseIterable, Equatable, Sendable {
    static var standard: Self { get }
}

extension ReportFormat: NamedFormat {
    static var standard: ReportFormat { .text }
}

extension UpdateFormat: NamedFormat {
    static var standard: UpdateFormat { .text }
}

/// A value of `--format`: `NAME`, for standard output, or `NAME=FILE`.
struct ReportRequest<Format: NamedFormat>: ExpressibleByArgument, Equatable {
    let format: Format
    /// `nil` for standard output.
    let file: String?

    init(_ format: Format, file: String? = nil) {
        self.format = format
        self.file = file
    }

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let format = Format(rawValue: parts[0]), parts.last != "" else { return nil }
        self.init(format, file: parts.count > 1 && parts[1] != "-" ? parts[1] : nil)
    }

    static var allValueStrings: [String] { Format.allCases.map { "\($0.rawValue)[=FILE]" } }

    /// What may not be overwritten, wherever it is.
    private static var inputs: Set<String> {
        Set(["Cargo.toml", "Cargo.lock", PolicyFile.baselineName] + PolicyFile.names.map(Path.lastComponent))
    }

    /// The file, links followed as far as they lead somewhere.
    private var place: String? {
        file.map { FileSystem.realPath($0) ?? Path.normalize(Path.join(FileSystem.realPath(".") ?? "", $0)) }
    }

    /// Whether the report would take the place of a file, or of what SQLite keeps beside it; the file need not be there.
    func wouldReplace(_ path: String) -> Bool {
        guard let file else { return false }
        let other = ReportRequest(format, file: path).place
        return FileSystem.isSame(path, file)
            || ["", "-journal", "-wal", "-shm"].contains { suffix in
                other.map { $0 + suffix } == place
            }
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
        return result.isEmpty ? [ReportRequest(.standard)] : result
    }
}
