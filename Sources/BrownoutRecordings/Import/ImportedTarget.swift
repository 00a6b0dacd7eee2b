import BrownoutDialects
import BrownoutEngine

/// Where a request of somebody else's file went: which provider that is, and what of its URL is
/// the provider's own path.
///
/// Upstream and path make up the whole URL, so nothing is lost where a provider's API lies below
/// a path of its host: a client whose base URL is Brownout's asks for the rest. At a provider's own
/// host nothing does: the path is all of the URL's.
struct ImportedTarget {
    var dialect: DialectName
    /// `https://api.openai.com`, or with the path that is the deployment's.
    var upstream: String
    var path: String
    var query: String?
    /// What the user should know of how this was found; nil where the host says it all.
    var note: String?

    /// What an API's URLs end with, the longer ones first; the same of two APIs is the first one's.
    private static let endpoints: [(path: String, dialect: DialectName)] = {
        var ends: [(path: String, dialect: DialectName)] = []
        for profile in Dialects.profiles {
            for served in profile.paths where served.isTelling {
                ends.append((profile.fullPath(served.path), profile.name))
                // A list of models says too little of itself without its version.
                if profile.versionIsOptional, served.endpoint.method == "POST" {
                    ends.append((served.path, profile.name))
                }
            }
        }
        return ends.enumerated().sorted {
            ($1.element.path.utf8.count, $0.offset) < ($0.element.path.utf8.count, $1.offset)
        }.map(\.element)
    }()

    /// Nil for a URL of no provider's.
    init?(_ url: String, headers: [HeaderField], _ options: ImportOptions) {
        let (origin, whole, query) = Self.split(url)
        self.query = query
        let host = Self.host(of: origin)
        let endpoint = Self.endpoints.first { whole.hasSuffix($0.path) }
        let marked = Dialects.profiles.first { profile in
            profile.marker.map { headers.first(named: $0) != nil } ?? false
        }
        let guest = Dialects.profiles.lazy.compactMap { profile in
            profile.guestHosts.first { host.hasSuffix($0.suffix) }.map { (profile, $0.owner) }
        }.first
        var isOwn = false
        if let given = options.hosts.first(where: { $0.host.matches(host) }) {
            dialect = given.dialect
        } else if let own = Dialects.profiles.first(where: { $0.owns(host: host) }) {
            dialect = own.name
            isOwn = true
        } else if let (profile, owner) = guest {
            dialect = profile.name
            note = "host \(host) is \(owner): taken as \(dialect.rawValue), below a path of its own"
        } else if let endpoint {
            dialect = marked?.name ?? endpoint.dialect
            note = "host \(host) is not known: taken as \(dialect.rawValue) by its path"
        } else {
            return nil
        }
        let cut = isOwn ? nil : endpoint
        let prefix = cut.map { whole.utf8.count - $0.path.utf8.count } ?? 0
        let bytes = Array(whole.utf8)
        upstream = origin + String(decoding: bytes[..<prefix], as: UTF8.self)
        path = String(decoding: bytes[prefix...], as: UTF8.self)
    }

    /// The host of a URL, in lower case, without its port.
    static func host(of url: String) -> String {
        let origin = split(url).origin
        let start = origin.range(after: "://") ?? origin.startIndex
        var host = origin[start...]
        if let at = host.lastIndex(of: "@") { host = host[host.index(after: at)...] }
        if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") { host = host[..<colon] }
        return host.lowercased()
    }

    /// A URL's origin, path and query; its fragment was never sent.
    private static func split(_ url: String) -> (origin: String, path: String, query: String?) {
        let sent = url.prefix { $0 != "#" }
        let start = sent.range(after: "://") ?? sent.startIndex
        let path = sent[start...].firstIndex { $0 == "/" || $0 == "?" } ?? sent.endIndex
        let origin = String(sent[..<path])
        let rest = sent[path...]
        guard let mark = rest.firstIndex(of: "?") else {
            return (origin, rest.isEmpty ? "/" : String(rest), nil)
        }
        let before = rest[..<mark]
        return (
            origin, before.isEmpty ? "/" : String(before),
            String(rest[rest.index(after: mark)...])
        )
    }
}

extension StringProtocol {
    /// Where the text behind the first occurrence of a mark begins.
    fileprivate func range(after mark: String) -> Index? {
        var rest = self[...]
        while let first = mark.first, let place = rest.firstIndex(of: first) {
            if rest[place...].hasPrefix(mark) { return rest.index(place, offsetBy: mark.count) }
            rest = rest[rest.index(after: place)...]
        }
        return nil
    }
}
