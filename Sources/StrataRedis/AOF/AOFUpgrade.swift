import Glibc
import StrataDisk

/// Takes over the single append-only file of Redis before 7.0, which lies in the data directory itself.
package enum AOFUpgrade {
    /// Whether `file` in `parent` is to be taken over: there is no manifest yet, or the one there is names it as its only base because an
    /// upgrade was interrupted before the file had moved.
    package static func isNeeded(_ directory: AOFDirectory, parent: any Disk) throws(StorageError) -> Bool {
        guard try parent.list().contains(directory.name) else { return false }
        let manifest = directory.manifest
        if manifest.base == nil && manifest.increments.isEmpty { return true }
        let isInside = try directory.disk.list().contains(directory.name)
        return manifest.base?.name == directory.name && manifest.increments.isEmpty && !isInside
    }

    /// Makes it the base, number 1. The manifest is durable before the file moves: a start after a power cut between the two does the rest.
    ///
    /// - Parameter move: puts the file of `parent` under the same name into the directory, which is another one of the same file system.
    package static func run(
        _ directory: AOFDirectory, parent: any Disk, move: (String) throws(StorageError) -> Void
    ) throws(StorageError) {
        var next = directory.manifest
        next.base = .init(name: directory.name, sequence: 1, kind: .base)
        next.baseSequence = 1
        if directory.manifest != next { try directory.replace(by: next) }
        try move(directory.name)
        try directory.disk.syncDirectory()
        try parent.syncDirectory()
    }

    /// `move` between two directories of the real file system.
    package static func rename(
        from parent: any Disk, to directory: any Disk
    ) -> (String) throws(StorageError) -> Void {
        { (name) throws(StorageError) in
            let source = parent.path + "/" + name
            guard Glibc.rename(source, directory.path + "/" + name) == 0 else { throw .io("rename", errno, source) }
        }
    }
}
