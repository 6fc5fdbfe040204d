import CargoModel
import Disk
import Report

/// What a review compares.
struct ReviewTrees {
    let base: ReviewTree
    let head: ReviewTree
    /// The tree whose policy judges: the tip of the base, where the history of the change began before it.
    let judge: ReviewTree
    /// As the user said it.
    let baseName: String
    let headName: String
    /// When the change was made, in seconds since 1970; `nil` for now.
    let moment: UInt32?
    let remarks: [String]

    /// Two folders.
    init(base: String, head: String, _ process: Process) throws(Failure) {
        self.base = try ReviewTree(folder: Path.absolute(base, process))
        self.head = try ReviewTree(folder: Path.absolute(head, process))
        judge = self.base
        (baseName, headName) = (base, head)
        moment = nil
        remarks = []
    }

    /// Two commits, or a commit and the working tree.
    init(
        base: String, head: String?, in directory: String, _ process: Process, _ scratch: ScratchFolder
    ) throws(Failure) {
        let repository = try GitRepository(around: directory, process, scratch)
        let tip = try repository.commit(base)
        let headCommit = try repository.commit(head ?? "HEAD")
        var remarks: [String] = []
        let start = try repository.mergeBase(tip, headCommit)
        if let start, start != tip {
            remarks.append(
                "compared with \(start.prefix(10)), where the histories of \(base) and \(head ?? "HEAD") part; the "
                    + "policy is that of \(base)")
        } else if start == nil {
            remarks.append(
                "no common ancestor of \(base) and \(head ?? "HEAD") is known here, so what \(base) has beyond it looks "
                    + "like a change; `git fetch --unshallow` brings the history")
        }
        self.base = try ReviewTree(repository, commit: start ?? tip, into: Path.join(scratch.path, "base"))
        judge =
            start == nil || start == tip
            ? self.base : try ReviewTree(repository, commit: tip, into: Path.join(scratch.path, "judge"))
        baseName = base
        headName = head ?? "the working tree"
        self.remarks = remarks
        if head != nil {
            self.head = try ReviewTree(repository, commit: headCommit, into: Path.join(scratch.path, "head"))
            moment = try repository.time(of: headCommit)
        } else {
            guard let root = repository.topLevel else {
                throw .usage("this repository has no working tree; name the commit to review as well")
            }
            self.head = try ReviewTree(workingTreeOf: repository, at: FileSystem.realPath(root) ?? root)
            moment = nil
        }
    }

    /// Files that are not the same on both sides, in byte order.
    var changedFiles: [String] {
        Set(base.files).union(head.files).sorted { $0.precedesInBytes($1) }.filter { path in
            base.has(path) != head.has(path) || base.refused[path] != nil || head.refused[path] != nil
                || base.bytes(of: path) != head.bytes(of: path)
        }
    }

    /// Folders with a lock on either side, in byte order.
    var lockFolders: [String] {
        Set(base.lockFolders).union(head.lockFolders).sorted { $0.precedesInBytes($1) }
    }
}
