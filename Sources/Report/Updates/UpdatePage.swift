/// The report as one HTML page.
enum UpdatePage {
    static func bytes(of report: UpdateReport) -> [UInt8] { [] }
}
