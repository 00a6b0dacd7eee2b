package import BrownoutEngine
import BrownoutJSON

/// Where a request goes: a provider and the provider's own path.
struct Route {
    var provider: String
    var dialect: DialectName
    var endpoint: Endpoint
    /// The model a path names (`/v1/models/{id}`), percent-decoded.
    var model: Substring = ""
    /// The path as the provider sees it, for its error messages.
    var path: Substring

    init(_ request: SessionRequest, _ providers: [VirtualProvider]) {
        (provider, dialect, path) = Self.provider(request.path, request.headers, providers)
        (endpoint, model) = Dialects.profile(dialect).endpoint(of: path)
    }

    /// The path of a request target (RFC 9112, 3.2): origin form or absolute form, without the
    /// query.
    static func path(of target: String) -> Substring {
        var path = target[...]
        // Where a query or a fragment begins.
        let end = target.utf8.withContiguousStorageIfAvailable { bytes in
            bytes.firstIndex { $0 == 0x3F || $0 == 0x23 } ?? bytes.count
        }
        if let end, end < target.utf8.count {
            path = path[..<target.utf8.index(target.startIndex, offsetBy: end)]
        } else if end == nil, let end = target.utf8.firstIndex(where: { $0 == 0x3F || $0 == 0x23 })
        {
            path = path[..<end]
        }
        if path.utf8.first == UInt8(ascii: "/") { return path }
        for scheme in ["http://", "https://"] where path.begins(with: scheme) {
            let authority = path.dropFirst(scheme.utf8.count)
            guard let start = authority.utf8.firstIndex(of: UInt8(ascii: "/")) else { return "/" }
            return authority[start...]
        }
        return path
    }

    /// The session that `/s/<name>/…` names, and what follows it.
    static func session(in path: Substring) -> (name: Substring?, rest: Substring) {
        guard path.begins(with: "/s/") else { return (nil, path) }
        let rest = path.dropFirst(3)
        let end = rest.utf8.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
        return (rest[..<end], rest[end...])
    }

    private static func provider(
        _ path: Substring, _ headers: RequestHeaders, _ providers: [VirtualProvider]
    ) -> (String, DialectName, Substring) {
        for provider in providers {
            if let rest = path.rest(after: provider.name) {
                return (provider.name, provider.dialect, rest)
            }
        }
        for name in DialectName.allCases {
            if let rest = path.rest(after: name.rawValue) { return (name.rawValue, name, rest) }
        }
        let name = claimant(path, headers)
        return (name.rawValue, name, path)
    }

    /// Whose request it is that names no provider: who has such paths alone, else who can be told
    /// by a header, else the first.
    private static func claimant(_ path: Substring, _ headers: RequestHeaders) -> DialectName {
        let profiles = Dialects.profiles
        let claimant =
            profiles.first { $0.owns(path: path) }
            ?? profiles.first { $0.marker.flatMap(headers.value(of:)) != nil }
            ?? profiles.first { $0.isKeyed(headers) && $0.endpoint(of: path).0 != .unknown }
        return claimant?.name ?? profiles[0].name
    }
}

extension ProviderProfile {
    /// What a path of the provider's own stands for, and the model that it names.
    package func endpoint(of path: Substring) -> (Endpoint, Substring) {
        guard var bare = unversioned(path) else { return (.unknown, "") }
        if bare.isEmpty { bare = "/" }
        for served in paths {
            if !served.takesModel {
                if bare == served.path { return (served.endpoint, "") }
            } else if bare.begins(with: served.path) {
                let name = bare.dropFirst(served.path.count)
                // Ids such as `ft:gpt-4o:org` come as `ft%3Agpt-4o%3Aorg`.
                let model = Substring(PercentEncoding.decoded(name))
                return model.isEmpty ? (.unknown, "") : (served.endpoint, model)
            }
        }
        return (.unknown, "")
    }

    /// Whether paths like this are nobody else's.
    fileprivate func owns(path: Substring) -> Bool {
        guard let bare = unversioned(path) else { return false }
        return ownParts.contains { bare.rest(after: $0) != nil }
    }

    /// A path without the version; nil where it has to have one.
    private func unversioned(_ path: Substring) -> Substring? {
        if version.isEmpty { return path }
        return path.rest(after: version) ?? (versionIsOptional ? path : nil)
    }
}

extension Substring {
    /// Whether a text begins with these bytes.
    fileprivate func begins(with prefix: String) -> Bool {
        guard utf8.count >= prefix.utf8.count else { return false }
        let isSame = utf8.withContiguousStorageIfAvailable { own in
            prefix.utf8.withContiguousStorageIfAvailable { prefix in
                for index in prefix.indices where own[index] != prefix[index] { return false }
                return true
            }
        }
        return (isSame ?? nil) ?? utf8.starts(with: prefix.utf8)
    }

    /// What follows `/<prefix>` in a path, with its slash; nil when the path does not start so.
    fileprivate func rest(after prefix: String) -> Substring? {
        let length = prefix.utf8.count + 1
        let follows = utf8.withContiguousStorageIfAvailable { own in
            prefix.utf8.withContiguousStorageIfAvailable { prefix in
                guard own.count >= length, own[0] == UInt8(ascii: "/") else { return false }
                for index in prefix.indices where own[index + 1] != prefix[index] { return false }
                return own.count == length || own[length] == UInt8(ascii: "/")
            }
        }
        guard (follows ?? nil) ?? (self == "/" + prefix || hasPrefix("/\(prefix)/")) else {
            return nil
        }
        return self[utf8.index(utf8.startIndex, offsetBy: length)...]
    }
}
