// AOFFormat.swift: the append-only file of Redis 7.0, in a directory of its own (`appenddirname`).
//
//   NAME.manifest            file NAME.1.base.rdb seq 1 type b
//                            file NAME.1.incr.aof seq 1 type i
//   NAME.<seq>.base.rdb      a dump; NAME.<seq>.base.aof: commands
//   NAME.<seq>.incr.aof      commands, in the order of the manifest
//
//   commands                 *3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n   as clients send them, never inline
//                            #TS:1700000000\r\n                          when what follows was appended, if asked for
//
// 1. The manifest is replaced whole, by a rename: it names either all files of one state or all of the next.
// 2. A file that the manifest does not name, or names as history, is not read; the manifest is durable before it is removed.
// 3. An increment's name is durable in the manifest before its first byte is acknowledged.
// 4. Only the last file may end inside a command, or inside MULTI: that tail was never acknowledged as durable.
// 5. After a power cut sectors of that tail may be zeros, with later ones behind them. No command begins with a zero byte: what
//    follows the last whole command is then dropped like a short tail. Commands carry no checksum, so a hole inside a value that
//    was never acknowledged goes unnoticed.

/// Facts: https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/ and files of Redis 7.0.15.
package enum AOFFormat {
    package static let manifestSuffix = ".manifest"
    package static let temporaryPrefix = "temp-"
    package static let baseRDBSuffix = ".base.rdb"
    package static let baseAOFSuffix = ".base.aof"
    package static let incrementSuffix = ".incr.aof"
    /// Characters of a line of the manifest, its end included.
    package static let longestManifestLine = 1024
    package static let timestampPrefix = "#TS:"
    package static let longestAnnotation = 1024
    /// Elements that one command of a rewritten file adds at most.
    package static let elementsPerCommand = 64
    /// What a device writes whole or not at all.
    package static let sectorSize = 512
}
