import StrataRESP

/// Every command by its name.
package struct CommandTable: Sendable {
    package let all: [CommandSpec]
    private let places: [String: Int]
    /// Places in `all` by a hash of the name: open addressing, at most half full.
    private let slots: [UInt16]
    private let mask: UInt32

    package init(_ commands: [CommandSpec]) {
        all = commands
        places = Dictionary(uniqueKeysWithValues: commands.enumerated().map { ($1.name, $0) })
        var size: UInt32 = 64
        while size < 4 * UInt32(commands.count) { size *= 2 }
        mask = size - 1
        var slots = [UInt16](repeating: .max, count: Int(size))
        for (place, command) in commands.enumerated() {
            var slot = Array(command.name.utf8).withLent { Self.hash($0) } & mask
            while slots[Int(slot)] != .max { slot = (slot + 1) & mask }
            slots[Int(slot)] = UInt16(place)
        }
        self.slots = slots
    }

    package func named(_ name: String) -> CommandSpec? { places[name.lowercased()].map { all[$0] } }

    /// The place in `all` of the command that `name` means, in upper or lower case.
    @inline(__always)
    package func place(of name: Bytes) -> Int? {
        var slot = Self.hash(name) & mask
        while true {
            let place = slots[Int(slot)]
            if place == .max { return nil }
            if Self.isSame(all[Int(place)].name, name) { return Int(place) }
            slot = (slot + 1) & mask
        }
    }

    /// FNV-1a over the letters in lower case.
    @inline(__always)
    private static func hash(_ name: Bytes) -> UInt32 {
        var hash: UInt32 = 2_166_136_261
        for byte in name.buffer { hash = (hash ^ UInt32(byte | 0x20)) &* 16_777_619 }
        return hash ^ hash >> 15
    }

    @inline(__always)
    private static func isSame(_ known: String, _ name: Bytes) -> Bool {
        let known = known.utf8
        guard known.count == name.count else { return false }
        var at = 0
        for byte in known {
            var given = name.buffer[at]
            if given >= 0x41, given <= 0x5A { given |= 0x20 }
            if given != byte { return false }
            at += 1
        }
        return true
    }
}
