extension String {
    /// Filled with blanks to `width` characters: behind the text, or before it where `width` is negative.
    func padded(to width: Int) -> String {
        let blanks = String(repeating: " ", count: max(0, abs(width) - count))
        return width < 0 ? blanks + self : self + blanks
    }
}
