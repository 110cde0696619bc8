/// What an allocation takes of the heap, by glibc's rule and without asking it: eight bytes of its own, multiples of
/// sixteen, at least 32 (malloc/malloc.c, `request2size`). Above 128 KiB the kernel's pages come on top and are left
/// out.
package enum HeapCost {
    @inline(__always)
    package static func of(_ size: Int) -> Int { max(32, (size &+ 8 &+ 15) & ~15) }

    /// The most that fits where `size` bytes do.
    @inline(__always)
    package static func usable(_ size: Int) -> Int { of(size) &- 8 }
}
