extension HelpText {
    /// The pages by task, in the order of their index.
    static let topics = [
        Topic("swift", PackageResources.Swift_md)
    ]
}
