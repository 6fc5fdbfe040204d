/// Text from files may hold escapes that would steer a terminal; what is shown has a replacement in their place.
///
/// - Returns: one line without control characters and without marks that change the direction of writing.
package func printable(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(isControl(scalar) ? replacement(of: scalar) : scalar) }
    return String(result)
}

private func replacement(of scalar: Unicode.Scalar) -> Unicode.Scalar {
    scalar == "\t" ? " " : "\u{FFFD}"
}

private func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || (0x202A...0x202E).contains(scalar.value)
        || (0x2066...0x2069).contains(scalar.value)
}
