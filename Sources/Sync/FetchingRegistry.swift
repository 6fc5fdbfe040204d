package import CargoModel

/// Answers from what was fetched in this run, else from the database where that is young enough; what nobody has asked
/// for yet is fetched while the question waits. Sources that are not served over HTTP are another registry's.
///
/// A crate that could not be fetched is an error, also if the database has something older on it.
package final class FetchingRegistry: Registry {
    private let fetcher: Fetcher
    private let base: any Registry
    private var crates: FetchedCrates { fetcher.crates }

    /// - Parameter base: answers for sources that are not served over HTTP.
    package init(_ fetcher: Fetcher, base: any Registry) {
        self.fetcher = fetcher
        self.base = base
    }

    /// Fetches what the resolve of this plan will probably ask for, and archives in the same go.
    package func prefetch(_ plan: PrefetchPlan, _ archives: [ArchiveRequest] = []) {
        let prefetch = Prefetch(plan, crates)
        fetcher.follow = { [unowned self] in followed(prefetch.follow($0), prefetch) }
        let guessed = Prefetch(plan, crates).guess { fetcher.serves($0.source) }
        fetcher.run(followed(prefetch.start(), prefetch) + guessed, archives)
    }

    /// What an earlier plan has asked for is not asked for again, but may lead to more.
    private func followed(_ crates: [CrateKey], _ prefetch: Prefetch) -> [CrateKey] {
        var next = crates
        var index = 0
        while index < next.count {
            if fetcher.answers[next[index]] != nil { next += prefetch.follow(next[index]) }
            index += 1
        }
        return next
    }

    // MARK: Registry

    package func versions(of name: String, in source: SourceID) throws(RegistryError) -> [PublishedVersion] {
        guard fetcher.serves(source) else { return try base.versions(of: name, in: source) }
        let crate = CrateKey(name: name, source: source)
        if fetcher.answers[crate] == nil { fetcher.run([crate]) }
        switch fetcher.answers[crate] {
        case nil: throw RegistryError(.incomplete(name, of: source.description))
        case .failure(let error): throw RegistryError(.damaged("`\(name)` could not be fetched: \(error)"))
        case .success: return try crates.versions(of: crate)
        }
    }

    package func summary(
        of version: PublishedVersion, named name: String, in source: SourceID
    ) throws(RegistryError) -> Summary {
        guard fetcher.serves(source) else { return try base.summary(of: version, named: name, in: source) }
        return try crates.summary(of: version, of: CrateKey(name: name, source: source))
    }

    package func isReplaced(_ source: SourceID) -> Bool { base.isReplaced(source) }
}
