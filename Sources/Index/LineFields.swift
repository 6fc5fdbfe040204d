/// The fields of a line as read, before anything is checked.
struct LineFields {
    var name = ""
    var version = ""
    var dependencies: [IndexDependency] = []
    /// What dependencies ask for besides a library; rare.
    var artifacts: [(kinds: [String], target: String?, dependency: String)] = []
    var checksum = ""
    var features: [(String, [String])] = []
    var features2: [(String, [String])] = []
    var isYanked = false
    var links: String?
    var rustVersion: String?
    var published: String?
    var schema: UInt32 = 1

    /// `features` with the lists of `features2` appended name by name.
    var mergedFeatures: [(String, [String])] {
        guard !features2.isEmpty else { return features }
        var merged = features
        var places: [FeatureName: Int] = [:]
        for (place, feature) in features.enumerated() { places[FeatureName(text: feature.0)] = place }
        for feature in features2 {
            if let place = places[FeatureName(text: feature.0)] {
                merged[place].1 += feature.1
            } else {
                merged.append(feature)
            }
        }
        return merged
    }

    /// One list per name: of a name that occurs twice in one object the last list counts, as in any map.
    static func withoutRepetitions(_ features: [(String, [String])]) -> [(String, [String])] {
        guard features.count > 1 else { return features }
        var places: [FeatureName: Int] = [:]
        var result: [(String, [String])] = []
        for feature in features {
            if let place = places[FeatureName(text: feature.0)] {
                result[place] = feature
            } else {
                places[FeatureName(text: feature.0)] = result.count
                result.append(feature)
            }
        }
        return result
    }
}

/// A name told apart by its bytes, where `String` would take different spellings of one character for the same.
private struct FeatureName: Hashable {
    let text: String

    static func == (left: FeatureName, right: FeatureName) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        let isDone: Void? = text.utf8.withContiguousStorageIfAvailable {
            hasher.combine(bytes: UnsafeRawBufferPointer($0))
        }
        if isDone == nil { for byte in text.utf8 { hasher.combine(byte) } }
    }
}
