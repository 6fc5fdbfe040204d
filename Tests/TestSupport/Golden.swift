import Glibc

/// Compares with a recorded file below `Tests`; with `LOCKGATE_RECORD` set it writes the file instead.
///
/// - Returns: nil if both agree, else the recorded text and the new one.
package func goldenDifference(_ bytes: [UInt8], _ name: String, file: String = #filePath) throws -> String? {
    let folder = file.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/")
    let path = folder + "/" + name
    if getenv("LOCKGATE_RECORD") != nil {
        guard let output = fopen(path, "w") else { throw SystemFailure(call: "open \(path)", code: errno) }
        defer { fclose(output) }
        fwrite(bytes, 1, bytes.count, output)
        return nil
    }
    let recorded = try readBytes(path)
    if recorded == bytes { return nil }
    let texts = [recorded, bytes].map { String(decoding: $0, as: UTF8.self) }
    return "\(name) was\n\(texts[0])\nand is\n\(texts[1])"
}
