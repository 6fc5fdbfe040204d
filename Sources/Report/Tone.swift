/// How a word stands out at a terminal.
enum Tone: String {
    case red = "31"
    case green = "32"
    case yellow = "33"
    case blue = "34"
    case cyan = "36"
    case bold = "1"

    /// - Parameter text: printable already.
    func paint(_ text: String) -> String {
        let code = self == .bold || self == .blue ? rawValue : "1;" + rawValue
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }
}
