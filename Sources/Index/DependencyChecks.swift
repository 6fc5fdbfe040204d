import CargoModel
import SemVer

/// Checks what a dependency of an index line says beyond its form. The same few requirements and platforms occur
/// again and again, so texts found good are remembered.
struct DependencyChecks {
    private var requirements = KnownTexts()
    private var platforms = KnownTexts()

    mutating func check(_ dependency: IndexDependency) throws(IndexLineError) {
        let name = dependency.name
        if let registry = dependency.registry, !RegistryURL.isValid(registry) { throw .registry(registry, of: name) }
        if dependency.packageName.isEmpty { throw .emptyDependencyName }
        try checkRequirement(dependency.requirement, of: name)
        if let target = dependency.target { try checkPlatform(target, of: name) }
        if dependency.isOptional, dependency.kind == .development { throw .optionalDevelopmentDependency(name) }
    }

    private mutating func checkRequirement(_ text: String, of name: String) throws(IndexLineError) {
        if requirements.contains(text) { return }
        guard (try? VersionRequirement(text)) != nil else { throw .requirement(text, of: name) }
        requirements.insert(text)
    }

    private mutating func checkPlatform(_ text: String, of name: String) throws(IndexLineError) {
        if platforms.contains(text) { return }
        do throws(PlatformError) { _ = try Platform(text) } catch { throw .platform(error, of: name) }
        platforms.insert(text)
    }
}

/// A fixed number of texts; a new one pushes out another of the same slot.
private struct KnownTexts {
    private var slots = [String?](repeating: nil, count: 1024)

    func contains(_ text: String) -> Bool {
        guard let known = slots[Self.slot(of: text)] else { return false }
        return known.compareBytes(text) == 0
    }

    mutating func insert(_ text: String) {
        slots[Self.slot(of: text)] = text
    }

    /// FNV-1a, the same in every run.
    private static func slot(of text: String) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return Int(truncatingIfNeeded: (hash ^ hash >> 32) & 1023)
    }
}
