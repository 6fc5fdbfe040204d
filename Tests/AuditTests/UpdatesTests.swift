import Audit
import CargoModel
import Resolver
import SemVer
import TestSupport
import Testing

/// What the nightly report says of each locked version, and who it says is in the way.
@Suite struct UpdatesTests {
    private func updates(
        _ text: String, trap: String? = nil, malware: MalwareLookup = { _ in nil }
    ) throws -> Updates {
        let example = try ExampleWorkspace(RuleExample("", text))
        let registry = try #require(example.registry)
        var full = example.assessment.request
        full.releaseEverything()
        let outcome: FullUpdate.Outcome
        do { outcome = .success(try resolve(full, from: registry)) } catch { outcome = .failure("\(error)") }
        return Updates.find(
            for: example.context, FullUpdate(outcome, trap: trap), example.assessment.request, from: registry,
            malware: malware)
    }

    private func update(_ name: String, _ updates: Updates) throws -> PackageUpdate {
        try #require(updates.packages.first { $0.id.name == name })
    }

    // MARK: What there is above

    @Test func namesTheNewestCompatibleAndTheNewestOfAll() throws {
        let log = try update(
            "log",
            updates(
                """
                [dependencies]
                log = "1.0.0"
                -- locked --
                app 0.1.0 | log
                log 1.0.0
                -- index --
                log 1.0.0 | at=2020-01-01
                log 1.0.1 | at=2021-01-01
                log 1.2.0 | at=2022-01-01
                log 1.3.0 | yanked | at=2023-01-01
                log 2.0.0 | at=2024-01-01
                log 3.0.0-rc.1 | at=2024-03-01
                """))
        #expect(log.compatible?.version == Version(major: 1, minor: 2, patch: 0))
        #expect(log.compatible?.step == .minor)
        #expect(log.newest?.version == Version(major: 2, minor: 0, patch: 0))
        #expect(log.newest?.step == .breaking)
        #expect(log.arrival?.version == Version(major: 1, minor: 2, patch: 0))
        #expect(log.libyearDays == 1461 && log.isDirect && !log.isYanked)
        #expect(log.daysBehind == Day(number: 20_000).days(since: try #require(Day("2021-01-01"))))
        #expect(log.urgency == .compatible && log.hold == nil)
    }

    @Test func saysWhatSpeaksAgainstAVersion() throws {
        let found = try updates(
            """
            [dependencies]
            old = "1"
            flawed = "1"
            -- locked --
            app 0.1.0 | old, flawed
            flawed 1.0.0
            old 1.0.0
            -- index --
            flawed 1.0.0
            flawed 1.0.1
            old 1.0.0
            old 1.1.0 | rv=1.80
            -- advisories --
            {"id":"MAL-2024-0002","package":"flawed","date":"2024-01-01","categories":["malicious"],"patched":["<1.0.1"]}
            """)
        let flawed = try update("flawed", found)
        #expect(flawed.compatible?.objection == .advisories(["MAL-2024-0002"], isMalicious: true))
        #expect(flawed.allowed == nil && flawed.goal == nil)
        #expect(try update("old", found).compatible?.objection == nil)
    }

    @Test func anUnknownCrateCostsOneLine() throws {
        let found = try updates(
            """
            [dependencies]
            log = "1"
            -- locked --
            app 0.1.0 | log
            log 1.0.0
            -- index-when-locked --
            log 1.0.0
            -- index --
            other 1.0.0
            """)
        let log = try update("log", found)
        #expect(log.urgency == .unknown && log.gap != nil)
        #expect(found.updateError != nil)
    }

    @Test func aGoalHasNoneOfTheFlawsIfSomeVersionHasNone() throws {
        let foo = try update(
            "foo",
            updates(
                """
                [dependencies]
                foo = "1"
                -- locked --
                app 0.1.0 | foo
                foo 1.0.0
                -- index --
                foo 1.0.0
                foo 1.1.0
                foo 1.2.0
                foo 1.3.0
                -- advisories --
                {"id":"RUSTSEC-2024-0001","package":"foo","date":"2024-01-01","patched":[">=1.2.0"]}
                {"id":"RUSTSEC-2024-0002","package":"foo","date":"2024-01-01","patched":[">=1.1.0, <1.2.0",">=1.3.0"]}
                """))
        let clean = Version(major: 1, minor: 3, patch: 0)
        #expect(foo.goal == clean && foo.advisories.map(\.fixed) == [clean, clean])
    }

    @Test func aPrereleaseIsNoWayOutUnlessOneIsLocked() throws {
        let found = try updates(
            """
            [dependencies]
            flawed = "1"
            user = "1"
            -- locked --
            app 0.1.0 | flawed, user
            base 1.0.0
            flawed 1.0.0
            user 1.0.0 | base
            -- index --
            base 1.0.0
            base 1.1.0
            flawed 1.0.0
            flawed 2.0.0-alpha.1
            user 1.0.0 | base ~1.0
            user 2.0.0-rc.1 | base ^1.0
            -- advisories --
            {"id":"RUSTSEC-2024-0001","package":"flawed","date":"2024-01-01","patched":[">=2.0.0-alpha.1"]}
            """)
        let flawed = try update("flawed", found)
        #expect(flawed.goal == nil && flawed.advisories.first?.fixed == nil)
        #expect(try update("base", found).hold?.blockers.first?.relief == nil)
    }

    @Test func takesTheNextBestCompatibleVersion() throws {
        let foo = try update(
            "foo",
            updates(
                """
                [dependencies]
                foo = "1"
                -- locked --
                app 0.1.0 | foo
                foo 1.0.0
                -- index --
                foo 1.0.0
                foo 1.1.0
                foo 1.2.0
                foo 2.0.0
                -- advisories --
                {"id":"MAL-2024-0001","package":"foo","date":"2024-01-01","categories":["malicious"],"patched":["<1.2.0",">1.2.0"]}
                """))
        #expect(foo.goal == Version(major: 1, minor: 1, patch: 0) && foo.urgency == .compatible)
        #expect(foo.secondChoice?.step == .minor && foo.allowed?.version.major == 2 && foo.hold == nil)
    }

    @Test func aVersionThatBringsMalwareAlongIsNoGoal() throws {
        let found = try updates(
            """
            [dependencies]
            flawed = "=1.0.0"
            -- locked --
            app 0.1.0 | flawed
            flawed 1.0.0
            -- index --
            evil 1.0.0
            flawed 1.0.0
            flawed 1.0.1 | evil ^1
            flawed 1.0.2
            -- advisories --
            {"id":"RUSTSEC-2024-0001","package":"flawed","date":"2024-01-01","patched":[">=1.0.1"]}
            """
        ) { ids in ids.first { $0.name == "evil" }.map { ($0, ["MAL-2024-0001"]) } }
        let flawed = try update("flawed", found)
        #expect(flawed.goal == Version(major: 1, minor: 0, patch: 2) && flawed.advisories.first?.fixed == flawed.goal)
        #expect(flawed.hold?.wanted == flawed.goal && flawed.hold?.blockers.count == 1)
    }

    // MARK: Order

    @Test func flawsComeFirstThenYanksThenPinsThenAge() throws {
        let found = try updates(
            """
            [dependencies]
            aged = "1"
            flawed = "1"
            pinned = "=1.0.0"
            withdrawn = "1"
            -- locked --
            app 0.1.0 | aged, flawed, pinned, withdrawn
            aged 1.0.0
            flawed 1.0.0
            pinned 1.0.0
            withdrawn 1.0.0
            -- index --
            aged 1.0.0
            aged 1.0.1
            flawed 1.0.0
            flawed 1.0.1
            pinned 1.0.0
            pinned 1.1.0
            withdrawn 1.0.0 | yanked
            withdrawn 1.0.1
            -- advisories --
            {"id":"RUSTSEC-2024-0001","package":"flawed","date":"2024-01-01","patched":[">=1.0.1"]}
            """)
        #expect(found.packages.map(\.id.name) == ["flawed", "withdrawn", "pinned", "aged"])
        #expect(try update("flawed", found).advisories.first?.fixed == Version(major: 1, minor: 0, patch: 1))
        let pinned = try update("pinned", found)
        #expect(pinned.pins.map(\.text) == ["=1.0.0"])
        #expect(pinned.hold?.blockers.map(\.requirement) == ["=1.0.0"])
        #expect(found.requirements.filter(\.isPin).map(\.name) == ["pinned"])
    }

    // MARK: Who is in the way

    @Test func namesTheOwnerOfARequirementAndItsRelief() throws {
        let base = try update(
            "base",
            updates(
                """
                [dependencies]
                user = "1"
                -- locked --
                app 0.1.0 | user
                user 1.0.0 | base
                base 1.0.0
                -- index --
                base 1.0.0
                base 1.1.0
                user 1.0.0 | base ~1.0
                user 2.0.0 | base ^1.0
                """))
        let blocker = try #require(base.hold?.blockers.first)
        #expect(base.hold?.blockers.count == 1 && base.hold?.proof == .resolved)
        #expect(blocker.owner.name == "user" && blocker.requirement == "~1.0")
        #expect(blocker.path.map(\.name) == ["app", "user"])
        #expect(blocker.relief == Version(major: 2, minor: 0, patch: 0))
    }

    @Test func namesEveryRequirementThatExcludesIt() throws {
        let base = try update(
            "base",
            updates(
                """
                [dependencies]
                base = "~1.0"
                user = "1"
                -- locked --
                app 0.1.0 | base, user
                user 1.0.0 | base
                base 1.0.0
                -- index --
                base 1.0.0
                base 1.1.0
                user 1.0.0 | base ~1.0
                """))
        #expect(base.hold?.blockers.map(\.owner.name) == ["app", "user"])
        #expect(base.hold?.blockers.first?.location != nil)
    }

    @Test func namesWhatTheWantedVersionCannotLiveWith() throws {
        let base = try update(
            "base",
            updates(
                """
                [dependencies]
                base = "1"
                common = "=1.0.0"
                -- locked --
                app 0.1.0 | base, common
                base 1.0.0 | common
                common 1.0.0
                -- index --
                base 1.0.0 | common ^1.0
                base 1.1.0 | common ^1.1
                common 1.0.0
                common 1.1.0
                """))
        let blocker = try #require(base.hold?.blockers.first)
        #expect(blocker.reason == .consequence && blocker.crate == "common" && blocker.owner.name == "app")
        #expect(base.hold?.proof == .resolved && base.hold?.blockers.count == 1)
    }

    @Test func whatNobodyHoldsHasNoHold() throws {
        let found = try updates(
            """
            [dependencies]
            base = "1"
            -- locked --
            app 0.1.0 | base
            base 1.0.0
            -- index --
            base 1.0.0
            base 1.1.0
            """)
        #expect(try update("base", found).hold == nil)
    }
}
