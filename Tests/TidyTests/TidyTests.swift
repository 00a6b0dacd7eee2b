import BrownoutEngine
import Foundation
import Testing

/// The rules of the house that a compiler does not hold.
@Suite struct TidyTests {
    private static let standard: Set<String> = ["Synchronization"]

    /// What each target may import: the architecture page's table.
    private static let mayImport: [String: Set<String>] = [
        "BrownoutJSON": [],
        "BrownoutEngine": ["BrownoutJSON"],
        "BrownoutWire": ["BrownoutJSON", "BrownoutEngine"],
        "BrownoutDialects": ["BrownoutJSON", "BrownoutEngine", "BrownoutWire"],
        "BrownoutSynthesis": ["BrownoutJSON", "BrownoutEngine", "BrownoutDialects"],
        "BrownoutCompression": ["CZlib", "CZstd", "CBrotli"],
        "BrownoutRedaction": ["BrownoutJSON", "BrownoutEngine", "BrownoutCompression"],
        "BrownoutRecords": [
            "BrownoutEngine", "BrownoutWire", "BrownoutDialects", "BrownoutCompression",
        ],
        "BrownoutAnswers": [
            "BrownoutJSON", "BrownoutEngine", "BrownoutWire", "BrownoutDialects",
            "BrownoutSynthesis", "BrownoutRecords",
        ],
        "BrownoutVerdicts": ["BrownoutJSON", "BrownoutEngine", "BrownoutRecords"],
        "BrownoutReports": [
            "BrownoutJSON", "BrownoutEngine", "BrownoutRecords", "BrownoutVerdicts",
        ],
        "BrownoutRecordings": [
            "BrownoutJSON", "BrownoutEngine", "BrownoutWire", "BrownoutDialects", "BrownoutRecords",
            "BrownoutYAML", "BrownoutCompression", "BrownoutRedaction", "GRDB", "Foundation",
            "Glibc",
        ],
        "BrownoutYAML": ["CLibYAML", "BrownoutJSON", "Glibc"],
        "BrownoutScenarios": [
            "BrownoutJSON", "BrownoutEngine", "BrownoutRedaction", "BrownoutYAML",
            "BrownoutDialects",
        ],
        "BrownoutJournal": [
            "BrownoutJSON", "BrownoutEngine", "BrownoutRecords", "BrownoutRedaction", "GRDB",
            "GRDBSQLite", "Foundation",
        ],
        "BrownoutCertificates": [
            "BrownoutEngine", "Crypto", "Foundation", "SwiftASN1", "X509",
        ],
        "BrownoutServer": [
            "BrownoutCertificates", "BrownoutJSON", "BrownoutEngine", "BrownoutWire",
            "BrownoutDialects",
            "BrownoutRecords", "BrownoutAnswers", "BrownoutJournal", "BrownoutCompression",
            "BrownoutRecordings", "BrownoutRedaction", "AsyncHTTPClient", "NIOCore", "NIOPosix",
            "NIOHTTP1", "NIOHTTP2", "NIOHPACK", "NIOTLS", "NIOSSL", "Glibc",
        ],
        "BrownoutControl": [
            "BrownoutJSON", "BrownoutEngine", "BrownoutDialects", "BrownoutScenarios",
            "BrownoutYAML", "BrownoutRecords", "BrownoutAnswers", "BrownoutJournal",
            "BrownoutRedaction", "BrownoutRecordings", "BrownoutServer", "BrownoutVerdicts",
            "Hummingbird", "HummingbirdCore", "HTTPTypes",
            "Logging", "NIOCore", "NIOPosix", "Foundation",
        ],
        "BrownoutKit": [
            "BrownoutEngine", "BrownoutDialects", "BrownoutYAML", "BrownoutScenarios",
            "BrownoutRedaction", "BrownoutRecords", "BrownoutJournal", "BrownoutServer",
            "BrownoutControl", "BrownoutVerdicts", "NIOPosix", "Foundation", "Testing",
        ],
        "brownout": [
            "BrownoutJSON", "BrownoutEngine", "BrownoutWire", "BrownoutDialects",
            "BrownoutSynthesis", "BrownoutYAML", "BrownoutScenarios", "BrownoutRecordings",
            "BrownoutRedaction", "BrownoutRecords", "BrownoutAnswers",
            "BrownoutJournal", "BrownoutServer",
            "BrownoutControl", "BrownoutVerdicts", "BrownoutReports", "ArgumentParser",
            "AsyncHTTPClient", "NIOCore", "NIOPosix", "NIOHTTP1", "Foundation",
            "CoreFoundation", "Dispatch", "CMalloc",
        ],
    ]

    /// Their answers follow from their arguments alone.
    private static let pure = [
        "BrownoutJSON", "BrownoutEngine", "BrownoutWire", "BrownoutDialects", "BrownoutSynthesis",
        "BrownoutRecords", "BrownoutAnswers", "BrownoutVerdicts", "BrownoutReports",
    ]

    private func findings(
        _ folder: String, _ check: (SourceTree.File) -> [(line: Int, what: String)]
    ) -> [String] {
        SourceTree.files(folder).flatMap { file in
            check(file).map { "\(file.path):\($0.line + 1): \($0.what)" }
        }
    }

    @Test func everyTargetImportsOnlyWhatTheTableAllows() throws {
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: SourceTree.root.appendingPathComponent("Sources").path)
        let system: Set = ["CLibYAML", "CZlib", "CZstd", "CBrotli", "CMalloc"]
        #expect(Set(folders).subtracting(system) == Set(Self.mayImport.keys))
        for (target, allowed) in Self.mayImport {
            let found = findings("Sources/\(target)") { file in
                file.lines.enumerated().compactMap { index, line in
                    let words = line.code.split(separator: " ")
                    guard let at = words.firstIndex(of: "import"), at + 1 < words.count,
                        words[..<at].allSatisfy({ ["package", "public", "@testable"].contains($0) })
                    else { return nil }
                    let module = words.last.map(String.init) ?? ""
                    if allowed.contains(module) || Self.standard.contains(module) { return nil }
                    return (index, "\(target) may not import \(module)")
                }
            }
            #expect(found == [])
        }
    }

    @Test(arguments: pure)
    func pureTargetsAskNoClockAndNoRandomSource(target: String) {
        let forbidden = [
            " Date(", "(Date(", "Clock.now", "ContinuousClock", "SuspendingClock", "NIODeadline",
            "UUID(",
            ".random(", ".shuffled(", ".randomElement(", "RandomNumberGenerator", "hashValue",
            "Hasher(", "getenv", "clock_gettime",
        ]
        let found = findings("Sources/\(target)") { file in
            file.lines.enumerated().flatMap { index, line in
                forbidden.filter { line.code.contains($0) }.map { (index, "uses \($0)") }
            }
        }
        #expect(found == [])
    }

    /// Dictionaries and sets have no order, so a pure target may hold one only where nothing ever
    /// walks it.
    @Test(arguments: pure)
    func pureTargetsIterateNothingUnordered(target: String) throws {
        let dictionary = try Regex(#"(^|[^\w\]])\[[A-Z]\w*\??\s*:\s*\[?[A-Z(]"#)
        let lookedUpOnly = [
            "Sources/BrownoutEngine/Memory/BoundedTable.swift",
            "Sources/BrownoutEngine/Memory/SessionMemory.swift",
            "Sources/BrownoutEngine/Deciding/EngineState.swift",
            "Sources/BrownoutEngine/Memory/ThreadTable.swift",
            "Sources/BrownoutDialects/Shared/JSONSchemaForm.swift",
            "Sources/BrownoutEngine/Limits/BucketTable.swift",
            "Sources/BrownoutDialects/Anthropic/Reading/AnthropicTools.swift",
            "Sources/BrownoutDialects/Anthropic/Validation/AnthropicToolOrder.swift",
            "Sources/BrownoutSynthesis/LarkGrammar.swift",
            "Sources/BrownoutSynthesis/LarkParser.swift",
            "Sources/BrownoutAnswers/ReadRequests.swift",
            // Held by a test that shuffles the rows of journals, too.
            "Sources/BrownoutVerdicts/Calls/CallFinder.swift",
            "Sources/BrownoutVerdicts/Calls/SharedNumbers.swift",
            "Sources/BrownoutVerdicts/Calls/CallFinder+Declarations.swift",
            "Sources/BrownoutVerdicts/Cost/CostLedger.swift",
            "Sources/BrownoutVerdicts/Cost/PriceLookup.swift",
            "Sources/BrownoutVerdicts/Rules/AnswerRules.swift",
            "Sources/BrownoutVerdicts/Rules/Breaker.swift",
            "Sources/BrownoutVerdicts/Rules/DeclarationRules.swift",
            "Sources/BrownoutVerdicts/Rules/Finding.swift",
            "Sources/BrownoutVerdicts/Rules/Outages.swift",
            "Sources/BrownoutVerdicts/Rules/RetryRules.swift",
            "Sources/BrownoutVerdicts/Rules/SharingRules.swift",
            "Sources/BrownoutVerdicts/Rules/ToolRules.swift",
            "Sources/BrownoutVerdicts/Rules/WaitRules.swift",
            "Sources/BrownoutVerdicts/Run/Doubts.swift",
            "Sources/BrownoutVerdicts/Run/ExpectationJudge.swift",
            "Sources/BrownoutVerdicts/Run/ExpectationJudge+Scope.swift",
            "Sources/BrownoutVerdicts/Run/Guards.swift",
            "Sources/BrownoutVerdicts/Run/RuleTallies.swift",
            "Sources/BrownoutVerdicts/Run/RunEvidence.swift",
            "Sources/BrownoutVerdicts/Run/RunVerdict.swift",
            "Sources/BrownoutVerdicts/Run/RunVerdict+JSON.swift",
        ]
        let found = findings("Sources/\(target)") { file in
            if lookedUpOnly.contains(file.path) { return [] }
            return file.lines.enumerated().compactMap { index, line in
                let code = line.code
                let isUnordered =
                    code.contains("Set<") || code.contains("Dictionary<")
                    || code.firstMatch(of: dictionary) != nil
                return isUnordered ? (index, "an unordered collection") : nil
            }
        }
        #expect(found == [])
    }

    private func isOfAProvider(_ path: String) -> Bool {
        let parts = path.split(separator: "/")
        return path.hasPrefix("Sources/BrownoutDialects/") && parts.count > 3
            && DialectName(rawValue: parts[2].lowercased()) != nil
    }

    /// What a provider does lies in its folder. The list of names and the one switch over them are
    /// the exceptions, and what was measured of SDKs, which is about clients.
    @Test func noProviderIsToldApartOutsideItsFolder() throws {
        let names = DialectName.allCases.map(\.rawValue).joined(separator: "|")
        let named = try Regex("(?i)\\.(\(names))\\b|case (\(names))\\b|\\bis(\(names))\\b")
        let exceptions = [
            "Sources/BrownoutEngine/Model/Provider.swift",
            "Sources/BrownoutDialects/Dialects.swift",
            "Sources/BrownoutEngine/Faults/ClientReaction.swift",
        ]
        let found = findings("Sources") { file in
            if exceptions.contains(file.path) || isOfAProvider(file.path) { return [] }
            return file.lines.enumerated().compactMap { index, line in
                line.code.firstMatch(of: named) == nil ? nil : (index, "names a provider")
            }
        }
        #expect(found == [])
    }

    /// Where a provider's answers and requests hold what they say is a table in its folder: nobody
    /// else knows its keys.
    @Test func noKeysOfProvidersStandOutsideTheirFolders() throws {
        let keys = try Regex(
            #""([^"]*\W)?(choices|candidates|content_block|message_(start|delta|stop)"#
                + #"|(stop|finish|done)_reason|partial_json|reasoning_content|stream_options"#
                + #"|tool_(calls|use)|(prompt|completion|total|input|output)_tokens"#
                + #"|usageMetadata|\[DONE\])(\W[^"]*)?""#)
        let exceptions = [
            // What most APIs have in common, and digests that were made before there were tables.
            "Sources/BrownoutDialects/RequestReading.swift",
            // Words for people.
            "Sources/BrownoutEngine/Faults/",
            "Sources/BrownoutScenarios/Check/ScenarioChecker+Source.swift",
            // The journal's own names.
            "Sources/BrownoutJournal/Database/EvidenceRow.swift",
            "Sources/BrownoutJournal/Database/ExchangeRow.swift",
            "Sources/BrownoutJournal/Text/ExchangeJSON.swift",
            "Sources/BrownoutControl/OpenAPI/Schemas.swift",
            // Tells whose a file is that does not say it.
            "Sources/BrownoutRecordings/Import/TraceImporter.swift",
            // Another tool's words, and the one form that its vectors have.
            "Sources/BrownoutRecordings/Import/AimockAnswer.swift",
        ]
        let found = findings("Sources") { file in
            if isOfAProvider(file.path) || exceptions.contains(where: file.path.hasPrefix) {
                return []
            }
            return file.lines.enumerated().compactMap { index, line in
                let text = line.components(separatedBy: "//")[0]
                return text.firstMatch(of: keys).map { (index, "has a provider's key: \($0.0)") }
            }
        }
        #expect(found == [])
    }

    @Test(arguments: ["Sources", "Tests"])
    func filesAndFunctionsFitTheirReader(folder: String) {
        let found = findings(folder) { file in
            var found: [(Int, String)] = []
            if file.lines.count > 501 { found.append((0, "\(file.lines.count) lines")) }
            for (index, length) in Self.functions(file.lines) where length > 70 {
                found.append((index, "a function of \(length) lines"))
            }
            return found
        }
        #expect(found == [])
    }

    /// The first line and the length of every function: from `func` or `init` to the brace that
    /// closes at its indentation.
    private static func functions(_ lines: [String]) -> [(Int, Int)] {
        var found: [(Int, Int)] = []
        for (index, line) in lines.enumerated() {
            let code = line.code
            let words = code.split(whereSeparator: { " (<".contains($0) })
            guard words.contains("func") || words.contains("init") || words.contains("init?"),
                !code.contains("self.init"), !code.contains(".init"), !code.contains("super.init")
            else { continue }
            let isOneLine = code.contains("{") && code.hasSuffix("}")
            if isOneLine || isRequirement(lines[index...]) { continue }
            let indent = String(line.prefix { $0 == " " })
            if let end = lines[index...].firstIndex(of: indent + "}") {
                found.append((index, end - index + 1))
            }
        }
        return found
    }

    /// Whether the first of these lines declares what a protocol asks for, which has no body.
    private static func isRequirement(_ lines: ArraySlice<String>) -> Bool {
        guard let first = lines.first, !first.code.hasSuffix("{") else { return false }
        let indent = String(first.prefix { $0 == " " })
        let next = lines.dropFirst().first { line in
            line.hasPrefix(indent) && !line.hasPrefix(indent + " ")
                && !line.hasPrefix(indent + ")")
                || line.hasPrefix(indent + ")") && line.code.hasSuffix("{")
                || line.count < indent.count
        }
        return next.map { !$0.code.hasSuffix("{") } ?? true
    }

    @Test func everyTypeThatLeavesItsModuleIsDocumented() throws {
        let declaration = try Regex(
            #"^\s*(package|public) (final |indirect )*(class|struct|enum|protocol|actor) "#)
        let found = findings("Sources") { file in
            file.lines.enumerated().compactMap { index, line in
                guard line.firstMatch(of: declaration) != nil else { return nil }
                var above = index - 1
                while above >= 0, file.lines[above].contains("@") { above -= 1 }
                let isDocumented =
                    above >= 0
                    && file.lines[above].trimmingCharacters(in: .whitespaces).hasPrefix("///")
                // A type nested in a documented one may speak for itself.
                if isDocumented || line.hasPrefix("    ") { return nil }
                return (index, "no doc comment")
            }
        }
        #expect(found == [])
    }

    /// Members that leave their module say what they mean. One that takes what its type's members
    /// are, an `init`, is said by them.
    @Test func membersThatLeaveTheirModuleAreDocumented() throws {
        let declaration = try Regex(
            #"^\s*(package|public) ((private|internal)\(set\) )?"#
                + #"(static |mutating |nonmutating |final |indirect )*(func|var|let) "#)
        var documented = 0
        var bare: [String] = []
        for file in SourceTree.files("Sources") {
            for (index, line) in file.lines.enumerated()
            where line.firstMatch(of: declaration) != nil {
                let above = file.lines[..<index].last {
                    !$0.trimmingCharacters(in: .whitespaces).hasPrefix("@")
                }
                if above?.trimmingCharacters(in: .whitespaces).hasPrefix("///") == true {
                    documented += 1
                } else {
                    bare.append("\(file.path):\(index + 1)")
                }
            }
        }
        let isEnough = documented * 100 >= (documented + bare.count) * 95
        #expect(isEnough, "\(documented) are documented, these are not: \(bare)")
    }

    /// Of the latest commits; older ones are what they are.
    @Test(.enabled(if: History.isThere))
    func subjectsOfCommitsFitALine() throws {
        let subjects = try History.subjects(50)
        #expect(!subjects.isEmpty)
        #expect(subjects.filter { $0.count > 72 } == [])
    }

    @Test func unsafeConstructsLiveInFilesNamedUnsafe() throws {
        let forced = try Regex(#"[\w\])]!(?![=\w])"#)
        let forbidden = ["@unchecked Sendable", "nonisolated(unsafe)", "try!", "unsafeBitCast"]
        let found = findings("Sources") { file in
            if file.path.contains("/Unsafe") { return [] }
            return file.lines.enumerated().flatMap { index, line in
                var found = forbidden.filter { line.code.contains($0) }.map { (index, $0) }
                if line.code.firstMatch(of: forced) != nil {
                    found.append((index, "a forced unwrap"))
                }
                return found
            }
        }
        #expect(found == [])
    }

    @Test func everyFaultAndCauseHasATestAReferenceLineAndAScenario() {
        let reference = SourceTree.text(
            "Sources/BrownoutScenarios/BrownoutScenarios.docc/ScenarioLanguage.md")
        let scenarios = SourceTree.files("Scenarios", ending: ".yaml")
            .flatMap(\.lines).map { $0.components(separatedBy: "#")[0] }.joined(separator: "\n")
        let conformance =
            SourceTree.files("Tests/Conformance", ending: ".py")
            + SourceTree.files("Tests/Conformance", ending: "matrix.json")
        let swift =
            SourceTree.files("Tests/BrownoutServerTests")
            + SourceTree.files("Tests/BrownoutWireTests")
        let tests = (conformance + swift).flatMap(\.lines).joined(separator: "\n")
        var missing: [String] = []
        func miss(_ name: String, _ what: String) { missing.append("no \(what) \(name)") }
        for cause in Cause.allCases.map(\.rawValue) {
            if !reference.contains("`\(cause)`") { miss(cause, "reference of") }
            if !scenarios.contains(cause) { miss(cause, "scenario with") }
            if !tests.contains(cause) { miss(cause, "test of") }
        }
        for fault in FaultKind.allCases {
            let name = fault.name
            let own = SourceTree.text("Scenarios/faults/\(name).yaml")
            if !reference.contains(fault.summary) { miss(name, "reference of") }
            if own.isEmpty { miss(name, "scenario with") }
            if !tests.contains(name) { miss(name, "test of") }
        }
        for ending in CutEnding.allCases where !scenarios.contains("cut: \(ending.rawValue)") {
            miss("cut: \(ending.rawValue)", "scenario with")
        }
        #expect(missing == [])
    }

    /// What is known of a fault stands in a file of its own, and no row is of no fault.
    @Test func everyFaultHasARowOfItsOwn() {
        let rows = SourceTree.files("Sources/BrownoutEngine/Faults/Rows")
        let counts = rows.map { $0.lines.filter { $0.contains("= FaultRow(") }.count }
        #expect(counts.allSatisfy { $0 == 1 })
        #expect(rows.count == FaultKind.allCases.count)
        #expect(Set(FaultKind.allCases.map(\.row.name)).count == rows.count)
    }

    /// Without a `default:` the compiler tells every floor of a fault that is added.
    @Test func noFloorOfFaultsHasADefault() {
        let found = findings("Sources") { file in
            guard file.path.contains("/Faults/") else { return [] }
            return file.lines.enumerated().filter { $0.element.code.contains("default:") }
                .map { ($0.offset, "a default") }
        }
        #expect(found == [])
    }

    @Test func everyPageByTaskIsATopicOfTheHelp() throws {
        let guides = SourceTree.root.appendingPathComponent(
            "Sources/brownout/brownout.docc/Guides")
        let pages = try FileManager.default.subpathsOfDirectory(atPath: guides.path)
            .filter { $0.hasSuffix(".md") }
        let topics = try String(
            contentsOf: SourceTree.root.appendingPathComponent("Sources/brownout/HelpTopics.swift"),
            encoding: .utf8)
        let missing = pages.map { URL(fileURLWithPath: $0) }.filter {
            !topics.contains("PackageResources.\($0.deletingPathExtension().lastPathComponent)_md")
        }
        #expect(pages.count > 20 && missing == [])
    }

    @Test func theTopLevelHoldsWhatTheDesignSays() throws {
        let allowed: Set = [
            "Package.swift", "Sources", "Tests", "Scenarios", "Recordings", "README.md", "LICENSE",
            "Packaging", "Examples", "Dockerfile", "compose.yaml", "action.yml", "Package.resolved",
        ]
        let found = try FileManager.default.contentsOfDirectory(atPath: SourceTree.root.path)
            .filter { !$0.hasPrefix(".") && !allowed.contains($0) && !$0.hasSuffix(".sqlite") }
        #expect(found == [])
    }
}
