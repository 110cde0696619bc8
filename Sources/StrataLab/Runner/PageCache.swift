import StrataDisk

/// What the kernel holds of the files of one directory.
enum PageCache {
    /// Makes every file durable, so that nothing is written back later, in the middle of a measurement.
    static func sync(_ directory: String) throws(StorageError) {
        try each(directory) { (file) throws(StorageError) in try file.sync() }
    }

    /// Forgets every file. Pages that are dirty cannot be dropped, so each is synced first.
    static func drop(_ directory: String) throws(StorageError) {
        try each(directory) { (file) throws(StorageError) in
            try file.sync()
            (file as? PosixFile)?.dropFromPageCache()
        }
    }

    private static func each(
        _ directory: String, _ body: (any File) throws(StorageError) -> Void
    ) throws(StorageError) {
        let disk = try PosixDisk(path: directory)
        for name in try disk.list() {
            let file = try disk.open(name, .readWrite, method: .fdatasync)
            try body(file)
            try file.close()
        }
    }
}
