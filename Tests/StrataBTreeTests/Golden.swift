/// Pages as the drawing in PageFormat.swift has them.
enum Golden {
    /// Commit 2 in slot 0: three keys in one leaf.
    static let meta = """
        53 54 52 41 54 52 45 45   # magic
        01 00 00 02 cf 39 4b c2   # version, record size 512, crc32c
        02 00*7                   # commit
        07 00*7                   # applied index
        16 c7 2e 0c 2e 0b 78 15   # tree id, from the seed
        03 00*7                   # entries
        00 10 00 00  00 00 00 00  # page bytes 4096, slot
        02 00 00 00  01 00 00 00  # root, depth
        05 00 00 00  00 00 00 00  # pages, free list
        00 00 00 00  00*436       # free pages
        00*3584                   # the rest of the page
        """
    /// Commit 1, of the creation, in slot 1: nothing.
    static let emptyMeta = """
        53 54 52 41 54 52 45 45
        01 00 00 02 99 da 72 cd
        01 00*7  00*8
        16 c7 2e 0c 2e 0b 78 15
        00*8
        00 10 00 00  01 00 00 00
        00 00 00 00  00 00 00 00
        02 00 00 00  00 00 00 00
        00*4  00*436
        00*3584
        """
    static let leaf = """
        84 8e d8 f4  02 00 00 00  # crc32c, page
        02 00*7                   # commit
        01 00 03 00  00 00 00 00  # leaf of level 0, count, prefix 0
        da 0f 00 00  26 00 00 00  # heap start 4058, live heap 38
        6c 70 70 61 e9 0f         # "appl" at 4073
        69 72 70 61 f5 0f         # "apri" at 4085
        00 67 69 62 da 0f         # "big" at 4058
        00*4008
        03 00 ff ff 62 69 67  03 00 00 00  04 10 00 00  # big: page 3, 4100 bytes
        05 00 03 00 61 70 70 6c 65 72 65 64             # apple: red
        07 00 00 00 61 70 72 69 63 6f 74                # apricot: nothing
        """
    static let overflow = """
        a0 80 66 4f  03 00 00 00
        02 00*7
        03 00 00 00  00 00 00 00  # overflow
        04 10 00 00  02 00 00 00  # value of 4100 bytes in 2 pages
        ab*4100
        00*4060
        """
    static let branch = """
        98 0c fc 01  07 00 00 00
        03 00*7
        02 01 02 00  00 00 00 00  # branch of level 1, two children
        f3 0f 00 00  0d 00 00 00
        00 00 00 00 fa 0f         # no key
        00 00 00 66 f3 0f         # "f", which is all it takes to tell "ee" from "ff"
        00*4039
        06 00 00 00 01 00 66      # page 6
        05 00 00 00 00 00         # page 5
        """
    static let freeList = """
        87 d3 dd cd  08 00 00 00
        03 00*7
        04 00 01 00  00 00 00 00  # free list, one extent
        00 00 00 00  00 00 00 00  # no next page
        02 00 00 00  03 00 00 00  # 3 pages from 2
        00*4056
        """
}
