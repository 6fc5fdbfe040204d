import Disk
import Report

/// Puts each report that was asked for where it was asked for.
struct ReportOutput {
    private let requests: [ReportRequest<ReportFormat>]
    private let process: Process
    private let isVerbose: Bool
    private let usesColor: Bool
    private let root: String

    /// - Parameter root: what paths of the report are relative to, absolute; the working directory without it.
    init(
        _ requests: [ReportRequest<ReportFormat>], _ process: Process, isVerbose: Bool, usesColor: Bool,
        root: String? = nil
    ) {
        self.requests = requests
        self.process = process
        self.root = root ?? process.workingDirectory
        self.isVerbose = isVerbose
        self.usesColor = usesColor
    }

    /// Files first, so that a reader of standard output finds them done.
    ///
    /// - Parameter isTold: standard error has all there is to tell people.
    /// - Returns: whether everything could be written; what could not has been told.
    func write(_ report: CheckReport, isTold: Bool) -> Bool {
        write(
            isTold: isTold, summary: report.summaryLine, summaryOfStep: { stepSummary(of: report, limit: $0) },
            { render(report, as: $0, style: $1) })
    }

    func write(_ report: ReviewReport) -> Bool {
        write(
            isTold: false, summary: report.summaryLine, summaryOfStep: { stepSummary(of: report, limit: $0) },
            { render(report, as: $0, style: $1) })
    }

    private func write(
        isTold: Bool, summary: String, summaryOfStep: (Int) -> [UInt8],
        _ render: (ReportFormat, ReportStyle) -> [UInt8]
    ) -> Bool {
        var isComplete = true
        for request in requests {
            guard let file = request.file else { continue }
            do {
                try FileSystem.replace(
                    Path.absolute(file, process), with: render(request.format, style(request)))
            } catch {
                Console.error("\(file): the report cannot be written: \(error)")
                isComplete = false
            }
        }
        if requests.contains(where: { $0.format == .github }) {
            isComplete = writeStepSummary(summaryOfStep) && isComplete
        }
        if let request = requests.first(where: { $0.file == nil }) {
            let isSilent = request.format == .text && isTold
            if !isSilent { Console.write(render(request.format, style(request))) }
        } else if !isTold {
            Console.talk(printable("lockgate: \(summary)"))
        }
        return isComplete
    }

    private func style(_ request: ReportRequest<ReportFormat>) -> ReportStyle {
        let root: String? =
            switch request.format {
            case .github: process["GITHUB_WORKSPACE"]
            case .gitlab: process["CI_PROJECT_DIR"]
            case .text, .json, .sarif, .junit, .markdown: nil
            }
        return ReportStyle(
            usesColor: usesColor && request.file == nil, isVerbose: isVerbose,
            paths: RepositoryPaths(workingDirectory: self.root, root: root),
            hasStepSummary: process["GITHUB_STEP_SUMMARY"] != nil)
    }

    // MARK: GitHub

    /// Adds to the summary of the step, which must stay below 1 MiB.
    private func writeStepSummary(_ summary: (Int) -> [UInt8]) -> Bool {
        guard let path = process["GITHUB_STEP_SUMMARY"].map({ Path.absolute($0, process) }) else { return true }
        do {
            let old = FileSystem.size(of: path) ?? 0
            let bytes = summary(max(0, 1_000_000 - old))
            if old + bytes.count < 1 << 20 { try FileSystem.append(bytes, to: path) }
            return true
        } catch {
            Console.error("\(path): the summary of the step cannot be written: \(error)")
            return false
        }
    }
}
