import Foundation
import Glibc

/// What the manifest says of the file system and block device below a directory.
struct StorageFacts {
    /// "ext4"; empty where it cannot be told.
    private(set) var type = ""
    private(set) var fileSystem = Facts()
    private(set) var device = Facts()

    init(directory: String) {
        var status = stat()
        guard stat(directory, &status) == 0 else { return }
        // gnu_dev_major and gnu_dev_minor of glibc, which are macros.
        let number = UInt64(status.st_dev)
        let major = (number >> 8) & 0xFFF | (number >> 32) & ~0xFFF
        let minor = number & 0xFF | (number >> 12) & ~0xFF
        let name = "\(major):\(minor)"
        // proc_pid_mountinfo(5): "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue"
        for line in SystemFile.text("/proc/self/mountinfo").split(separator: "\n") {
            let parts = line.split(separator: " ")
            guard parts.count > 6, parts[2] == name, let dash = parts.firstIndex(of: "-"), parts.count > dash + 3 else {
                continue
            }
            type = String(parts[dash + 1])
            fileSystem.set("type", type)
            fileSystem.set("mount_point", String(parts[4]))
            fileSystem.set("source", String(parts[dash + 2]))
            fileSystem.set("mount_options", "\(parts[5]),\(parts[dash + 3])")
        }
        fileSystem.set("path", directory)
        var space = statvfs()
        if statvfs(directory, &space) == 0 {
            fileSystem.set("free_bytes", number: Double(space.f_bavail) * Double(space.f_frsize))
            fileSystem.set("block_size", number: Double(space.f_bsize))
        }
        readDevice("/sys/dev/block/\(name)")
    }

    private mutating func readDevice(_ link: String) {
        let path = URL(fileURLWithPath: link).resolvingSymlinksInPath().path
        guard access(path, F_OK) == 0 else { return }
        device.set("name", String(path.split(separator: "/").last ?? ""))
        // A partition has no queue of its own.
        let disk = access(path + "/queue", F_OK) == 0 ? path : (path as NSString).deletingLastPathComponent
        for name in ["write_cache", "fua", "logical_block_size", "physical_block_size", "rotational", "nr_requests"] {
            let text = SystemFile.line("\(disk)/queue/\(name)")
            if let number = text.flatMap({ Double($0) }) {
                device.set(name, number: number)
            } else {
                device.set(name, text)
            }
        }
        device.set("scheduler", SystemFile.choice("\(disk)/queue/scheduler"))
        device.set("model", SystemFile.line("\(disk)/device/model"))
    }
}
