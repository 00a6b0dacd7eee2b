import CMalloc

/// Pieces of memory for long bodies, which glibc would keep for later: it raises the size from
/// which it asks the kernel for each piece with every large one that it gets back (mallopt(3),
/// `M_MMAP_THRESHOLD`), so that a server which has once seen a long answer stays as large as it
/// was then.
enum LargeMemory {
    private static let least: Int32 = 256 << 10

    /// From here on, what is large goes back to the kernel when it is let go of.
    static func goesBackAtOnce() {
        mallopt(M_MMAP_THRESHOLD, least)
        mallopt(M_TRIM_THRESHOLD, 2 * least)
    }
}
