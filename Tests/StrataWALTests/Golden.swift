/// Segments written down by hand.
enum Golden {
    /// A log with a given seed: entry 1 in a block of its own, entries 2 and 3 in one block, and an orderly close.
    static let closedLog = """
        53 54 52 41 54 57 41 4c   # 0    magic "STRATWAL"
        01 00                     # 8    version
        40 00                     # 10   header size: 64
        0d c5 7d a7               # 12   crc32c of bytes 16 to 64
        01 00 00 00 00 00 00 00   # 16   first index
        00 00 00 00 00 00 00 00   # 24   durable index
        7e 3a 11 6d               # 32   salt
        00 00 00 00               # 36   dictionary: none
        16 c7 2e 0c 2e 0b 78 15   # 40   log id
        00*16                     # 48   zeros

        53 42 4c 4b               # 64   magic "SBLK"
        45 3a b3 52               # 68   crc32c of bytes 72 to 128
        0d c5 7d a7               # 72   link: the header's crc32c
        7e 3a 11 6d               # 76   salt
        01 00 00 00 00 00 00 00   # 80   first index
        00 00 00 00 00 00 00 00   # 88   durable index
        0d 00 00 00               # 96   stored: 13
        0d 00 00 00               # 100  raw: 13
        01 00 00 00               # 104  count
        00 00 00 00               # 108  codec: none; zeros
        05 00 00 00 07 00 00 00   # 112  entry 1: length 5, kind 7
        68 65 6c 6c 6f            # 120  "hello"
        00*3                      # 125  up to a multiple of 8

        53 42 4c 4b               # 128
        74 c0 6d 0a               # 132  crc32c of bytes 136 to 200
        45 3a b3 52               # 136  link: the crc32c of the block before
        7e 3a 11 6d               # 140
        02 00 00 00 00 00 00 00   # 144  first index
        01 00 00 00 00 00 00 00   # 152  durable index: entry 1 was synced
        11 00 00 00               # 160  stored: 17
        11 00 00 00               # 164  raw: 17
        02 00 00 00               # 168  count
        00 00 00 00               # 172
        00 00 00 00 01 00 00 00   # 176  entry 2: empty, kind 1
        01 00 00 00 02 00 00 00   # 184  entry 3: length 1, kind 2
        ab                        # 192
        00*7                      # 193

        53 42 4c 4b               # 200  the block of an orderly close
        b7 52 93 35               # 204  crc32c of bytes 208 to 248
        74 c0 6d 0a               # 208
        7e 3a 11 6d               # 212
        04 00 00 00 00 00 00 00   # 216  first index
        03 00 00 00 00 00 00 00   # 224  durable index: all of them
        00 00 00 00               # 232  stored: nothing
        00 00 00 00               # 236
        00 00 00 00               # 240  count: 0
        00 00 00 00               # 244
        """
}
