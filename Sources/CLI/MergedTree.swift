import CargoModel
import Disk
import Glibc
import Report

/// The three commits of a merge that is under way.
struct MergeCommits {
    let base: String?
    let ours: String
    let theirs: String

    /// While git merges it has not written down yet what it merges: `git merge` and `git pull` name their commit in
    /// the environment, a rebase in its list of what is done.
    init(_ repository: GitRepository, their: String?, _ process: Process) throws(Failure) {
        let ours = try repository.commit("HEAD")
        self.ours = ours
        if let their {
            theirs = try repository.commit(their)
            base = try repository.mergeBase(ours, theirs)
            return
        }
        let named = process.variables.keys.filter { $0.hasPrefix("GITHEAD_") }.map { String($0.dropFirst(8)) }
            .filter { $0 != ours }.sorted()
        if named.count == 1, let commit = try? repository.commit(named[0]) {
            theirs = commit
            base = try repository.mergeBase(ours, theirs)
        } else if let picked = try repository.pickedCommit() {
            theirs = picked
            base = try? repository.commit(picked + "^")
        } else {
            throw .cannotJudge(
                named.count > 1
                    ? "more than two branches are merged at once"
                    : "git does not say which commit it merges; resolve the conflict with `git checkout --ours -- "
                        + "Cargo.lock`, then run `lockgate update --workspace`")
        }
    }
}

/// The manifests of a merge, each merged as git merges text, in a folder of their own.
struct MergedTree {
    let root: String
    /// See `ReviewTree.outer`.
    let outer: String?

    init(_ repository: GitRepository, _ commits: MergeCommits, below scratch: String) throws(Failure) {
        func tree(_ commit: String, _ name: String) throws(Failure) -> ReviewTree {
            try ReviewTree(repository, commit: commit, into: Path.join(scratch, name))
        }
        let ours = try tree(commits.ours, "ours")
        let theirs = try tree(commits.theirs, "theirs")
        let base: ReviewTree? = if let commit = commits.base { try tree(commit, "base") } else { nil }
        outer = ours.outer
        root = Path.join(scratch, "merged")
        mkdir(root, 0o700)
        let files = Set(ours.files).union(theirs.files).sorted { $0.precedesInBytes($1) }
        for path in files where Path.lastComponent(path) != "Cargo.lock" {
            let sides = (ours.bytes(of: path), theirs.bytes(of: path), base?.bytes(of: path))
            guard let bytes = try Self.merge(path, sides, repository, scratch) else { continue }
            try ReviewTree.write(bytes, path, root)
        }
        let gone = Set((base?.targets ?? []).filter { !ours.targets.contains($0) || !theirs.targets.contains($0) })
        for path in ours.targets.union(theirs.targets).subtracting(gone).sorted() {
            try ReviewTree.write([], path, root)
        }
    }

    /// - Returns: `nil` for a file that the merge removes.
    private static func merge(
        _ path: String, _ sides: (ours: [UInt8]?, theirs: [UInt8]?, base: [UInt8]?), _ repository: GitRepository,
        _ scratch: String
    ) throws(Failure) -> [UInt8]? {
        if sides.ours == sides.theirs || sides.theirs == sides.base { return sides.ours }
        if sides.ours == sides.base { return sides.theirs }
        guard let ours = sides.ours, let theirs = sides.theirs else {
            throw conflict(path, "one side removed it and the other changed it")
        }
        guard let merged = try repository.mergeText(ours, sides.base ?? [], theirs, in: scratch) else {
            throw conflict(path, "both sides changed the same lines")
        }
        return merged
    }

    private static func conflict(_ path: String, _ why: String) -> Failure {
        .cannotJudge(
            "\(path) is in conflict itself: \(why); resolve it, then `git checkout --ours -- Cargo.lock` and `lockgate "
                + "update --workspace`")
    }
}

extension GitRepository {
    /// The commit that a rebase is about to apply.
    func pickedCommit() throws(Failure) -> String? {
        guard let folder = try gitPath("rebase-merge/done"),
            let bytes = try? FileSystem.readIfPresent(folder, limit: 1 << 24),
            let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").last
        else { return nil }
        let words = line.split(separator: " ")
        guard words.count > 1, ["pick", "p", "reword", "r", "edit", "e"].contains(words[0]) else { return nil }
        return try? commit(String(words[1]))
    }

    /// - Returns: `nil` for a conflict.
    func mergeText(_ ours: [UInt8], _ base: [UInt8], _ theirs: [UInt8], in folder: String) throws(Failure) -> [UInt8]? {
        let paths = ["text-ours", "text-base", "text-theirs"].map { Path.join(folder, $0) }
        for (path, bytes) in zip(paths, [ours, base, theirs]) {
            do throws(FileError) { try FileSystem.replace(path, with: bytes) } catch {
                throw .cannotJudge("\(path): \(error)")
            }
        }
        let found = try mergeFile(paths[0], paths[1], paths[2])
        return found.status == 0 ? found.stdout : nil
    }

    /// Leaves the first file as git's own merge would, markers included.
    static func mergeText(
        _ ours: String, _ base: String, _ theirs: String, _ process: Process, _ scratch: ScratchFolder
    ) throws(Failure) {
        let repository = try GitRepository(around: process.workingDirectory, process, scratch)
        let paths = [ours, base, theirs].map { Path.absolute($0, process) }
        let found = try repository.mergeFile(paths[0], paths[1], paths[2])
        // A negative status, cut to a byte, is an error; else it counts the conflicts.
        guard found.status < 128 else { return }
        do throws(FileError) { try FileSystem.replace(paths[0], with: found.stdout) } catch {
            throw .cannotJudge("\(ours): \(error)")
        }
    }
}
