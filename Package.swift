// swift-tools-version: 6.2
import PackageDescription

// Targets from the ground up; a target imports only from lower rows (`make layering` checks it):
//
//   7   CLI               commands, and the three-line program `lockgate` on top
//   6   Report
//   5   Audit             Sync
//   4   CargoWorkspace    Resolver    BuildGraph    Storage
//   3   Index             Advisories
//   2   CargoModel
//   1   TOML    SemVer    JSON    CSQLite    CCurl    Disk
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

func layer(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies + ["TestSupport"], exclude: exclude, swiftSettings: strict)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "lockgate",
    products: [.executable(name: "lockgate", targets: ["lockgate"])],
    dependencies: [.package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")],
    targets: [
        layer("TOML"),
        layer("SemVer"),
        layer("JSON"),
        layer("Disk"),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .target(name: "CCurl"),
        layer("CargoModel", ["SemVer"]),
        layer("Index", ["JSON", "TOML", "SemVer", "CargoModel", "Disk"]),
        layer("Advisories", ["TOML", "JSON", "SemVer", "CargoModel", "Disk"]),
        layer("CargoWorkspace", ["TOML", "SemVer", "CargoModel", "Disk"]),
        layer("Resolver", ["SemVer", "CargoModel"]),
        layer("BuildGraph", ["SemVer", "CargoModel"]),
        layer("Storage", ["CSQLite", "Disk", "JSON", "SemVer", "CargoModel", "Index", "Advisories"]),
        layer(
            "Audit", ["Disk", "TOML", "SemVer", "CargoModel", "Advisories", "CargoWorkspace", "Resolver", "BuildGraph"]),
        layer("Sync", ["CCurl", "JSON", "SemVer", "CargoModel", "Index", "CargoWorkspace", "Storage"]),
        layer(
            "Report",
            ["Disk", "JSON", "TOML", "SemVer", "CargoModel", "Advisories", "CargoWorkspace", "BuildGraph", "Audit"]),
        layer(
            "CLI",
            [
                argumentParser, "Disk", "JSON", "TOML", "SemVer", "CargoModel", "Index", "Advisories",
                "CargoWorkspace", "Resolver", "BuildGraph", "Storage", "Audit", "Sync", "Report",
            ]),
        .executableTarget(
            name: "advisory-facts", dependencies: ["Advisories", "CargoModel", "Disk"], swiftSettings: strict),
        .executableTarget(name: "lockgate", dependencies: ["CLI"], swiftSettings: strict),

        .target(
            name: "TestSupport", dependencies: ["TOML", "SemVer", "CargoModel"], path: "Tests/TestSupport",
            swiftSettings: strict),
        tests(
            "AuditTests",
            ["Audit", "Advisories", "BuildGraph", "CargoModel", "CargoWorkspace", "Resolver", "SemVer", "TOML"]),
        tests(
            "ReportTests", ["Report", "Advisories", "Audit", "BuildGraph", "CargoModel", "JSON", "SemVer", "TOML"],
            exclude: ["Golden"]),
        tests("ResolverTests", ["Resolver", "CargoModel", "SemVer"]),
        tests("BuildGraphTests", ["BuildGraph", "Resolver", "CargoModel", "SemVer"]),
        tests("TOMLTests", ["TOML"]),
        tests("CargoWorkspaceTests", ["CargoWorkspace", "CargoModel", "Disk", "SemVer", "TOML"]),
        tests("SemVerTests", ["SemVer"]),
        tests("JSONTests", ["JSON"]),
        tests("DiskTests", ["Disk"]),
        tests("CargoModelTests", ["CargoModel"]),
        tests("IndexTests", ["Index", "CargoModel", "JSON", "SemVer"]),
        tests("AdvisoriesTests", ["Advisories", "CargoModel", "SemVer"]),
        tests("StorageTests", ["Storage", "Advisories", "CSQLite", "CargoModel", "Index", "SemVer"]),
        tests("SyncTests", ["Sync", "CargoModel", "CargoWorkspace", "SemVer", "Storage"]),
        .testTarget(
            name: "CLITests", dependencies: ["lockgate", "TestSupport", "JSON", "CSQLite"],
            exclude: ["Cases", "Surroundings"],
            swiftSettings: strict),
        .executableTarget(
            name: "conformance",
            dependencies: [
                "TOML", "SemVer", "JSON", "CargoModel", "CargoWorkspace", "Index", "Advisories", "Storage", "Resolver",
                "Audit",
            ],
            path: "Tests/Conformance",
            exclude: [
                "blockers_match.py", "cargo_tree.py", "fix_match.py", "rustsec_match.py", "rustsec_osv.py",
                "updates_match.py",
            ],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
