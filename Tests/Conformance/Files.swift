import Glibc

/// The contents of a file.
func readFile(_ path: String) throws(SuiteError) -> [UInt8] {
    guard let file = fopen(path, "r") else {
        throw SuiteError("cannot open \(path): \(String(cString: strerror(errno)))")
    }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = fread(&buffer, 1, buffer.count, file)
        if count == 0 { return bytes }
        bytes.append(contentsOf: buffer[..<count])
    }
}

/// The lines of a text file, without the line feeds; empty lines are left out.
func readLines(_ path: String) throws(SuiteError) -> [String] {
    try readFile(path).split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
}
