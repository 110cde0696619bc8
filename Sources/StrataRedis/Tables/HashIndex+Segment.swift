import Glibc

extension HashIndex {
    /// A view of a segment's memory, which the index owns.
    struct Segment {
        let base: UnsafeMutableRawPointer

        @inline(__always)
        var count: Int {
            get { Int(base.load(fromByteOffset: Format.countAt, as: UInt32.self)) }
            nonmutating set {
                base.storeBytes(of: UInt32(truncatingIfNeeded: newValue), toByteOffset: Format.countAt, as: UInt32.self)
            }
        }
        @inline(__always)
        var capacity: Int { Int(base.load(fromByteOffset: Format.capacityAt, as: UInt32.self)) }
        @inline(__always)
        var depth: Int { Int(base.load(fromByteOffset: Format.depthAt, as: UInt8.self)) }
        @inline(__always)
        var bitsBase: Int { Int(base.load(fromByteOffset: Format.baseAt, as: UInt8.self)) }
        @inline(__always)
        var slots: UnsafeMutablePointer<UInt64> {
            (base + Format.headerSize).assumingMemoryBound(to: UInt64.self)
        }

        @inline(__always)
        static func slot(_ blob: UnsafeMutableRawPointer, tag: UInt64) -> UInt64 {
            tag &<< Format.addressBits | UInt64(UInt(bitPattern: blob)) &>> 4
        }

        @inline(__always)
        static func blob(_ slot: UInt64) -> UnsafeMutableRawPointer {
            // Never nil: slots are made of addresses.
            UnsafeMutableRawPointer(bitPattern: UInt(truncatingIfNeeded: (slot & Format.addressMask) &<< 4))
                .unsafelyUnwrapped
        }

        @inline(__always)
        func tag(of hash: UInt64) -> UInt64 {
            (hash &<< UInt64(truncatingIfNeeded: bitsBase)) &>> Format.addressBits
        }

        /// The first slot whose tag is not below `tag`, which is that of `hash`.
        @inline(__always)
        func lowerBound(_ tag: UInt64, hash: UInt64) -> Int {
            let slots = slots
            let count = count
            let least = tag &<< Format.addressBits
            let fraction = (hash &<< UInt64(truncatingIfNeeded: depth)) &>> 32
            var at = Int(truncatingIfNeeded: (fraction &* UInt64(truncatingIfNeeded: count)) &>> 32)
            if at < count, slots[at] < least {
                at &+= 1
                while at < count, slots[at] < least { at &+= 1 }
            } else {
                while at > 0, slots[at &- 1] >= least { at &-= 1 }
            }
            return at
        }

        @inline(__always)
        func insert(_ slot: UInt64, at: Int) {
            let slots = slots
            let count = count
            memmove(slots + at + 1, slots + at, 8 &* (count &- at))
            slots[at] = slot
            self.count = count &+ 1
        }

        @inline(__always)
        func remove(at: Int) {
            let slots = slots
            let rest = count &- 1
            memmove(slots + at, slots + at + 1, 8 &* (rest &- at))
            count = rest
        }

        /// Orders slots that are nearly in order, as those of a split are.
        func sort() {
            let slots = slots
            for end in 1..<max(count, 1) {
                let slot = slots[end]
                var at = end
                while at > 0, slots[at &- 1] > slot {
                    slots[at] = slots[at &- 1]
                    at &-= 1
                }
                slots[at] = slot
            }
        }
    }
}
