// The texts about targets, profiles, lints and features of Cargo itself.

extension ManifestError.Reason {
    var descriptionOfTarget: String {
        switch self {
        case .noTargets:
            "no targets specified in the manifest: either src/lib.rs, src/main.rs, a [lib] section, or [[bin]] "
                + "section must be present"
        case .targetNotFound(kind: "library", let name):
            "can't find library `\(name)`, rename file to `src/lib.rs` or specify lib.path"
        case .targetNotFound(_, let name):
            "can't find `\(name)` bin at `src/bin/\(name).rs` or `src/bin/\(name)/main.rs`. "
                + "Please specify bin.path if you want to use a non-default path."
        case .severalFiles(let kind, let name):
            "cannot infer path for `\(name)` \(kind): Cargo doesn't know which to use because multiple target files "
                + "were found; name one with \(kind).path"
        case .targetWithoutName(let kind, let key): "\(kind) target \(key).name is required"
        case .emptyTargetName(let kind): "\(kind) target names cannot be empty"
        case .duplicateTarget(let kind, let name):
            "found duplicate \(kind) name \(name), but all \(kind) targets must have a unique name"
        case .forbiddenBinaryName(let name):
            "the binary target name `\(name)` is forbidden, it conflicts with cargo's build directory names"
        case .hyphenInLibraryName(let name): "library target names cannot contain hyphens: \(name)"
        case .mixedProcMacro: "cannot mix `proc-macro` crate type with others"
        case .defaultRunNotFound(let name): "default-run target `\(name)` not found"
        default: descriptionOfProfile
        }
    }

    private var descriptionOfProfile: String {
        switch self {
        case .invalidProfileName(let name, let scalar):
            "invalid character `\(scalar)` in profile name: `\(name)`, allowed characters are letters, numbers, "
                + "underscore, and hyphen"
        case .reservedProfileName("debug"):
            "profile name `debug` is reserved; to configure the default development profile, use the name `dev`"
        case .reservedProfileName(let name): "profile name `\(name)` is reserved; please choose a different name"
        case .invalidOptLevel(let text):
            "must be `0`, `1`, `2`, `3`, `s` or `z`, but found the string: \"\(text)\""
        case .invalidPanic(let text):
            "`panic` setting of `\(text)` is not a valid setting, must be `unwind`, `abort`, or `immediate-abort`."
        case .invalidLTO(let text, let profile):
            "`lto` setting of string `\"\(text)\"` for `\(profile)` profile is not a valid setting, must be a boolean "
                + "(`true`/`false`) or a string (`\"thin\"`/`\"fat\"`/`\"off\"`) or omitted."
        case .profileDirectory(let text, let profile):
            "dir-name=\"\(text)\" in profile `\(profile)` is not currently allowed, directory names are tied to the "
                + "profile name for custom profiles"
        case .profileInheritsDebug(let profile):
            "profile.\(profile).inherits=\"debug\" should be profile.\(profile).inherits=\"dev\""
        case .nestedProfile("package"): "package-specific profiles cannot be nested"
        case .nestedProfile: "build-override profiles cannot be nested"
        case .notInOverride(let key, let which): "`\(key)` may not be specified in a `\(which)` profile"
        default: descriptionOfLints
        }
    }

    private var descriptionOfLints: String {
        switch self {
        case .invalidLintName(let name, let suggestion): "`\(name)` is not valid lint name; try `\(suggestion)`"
        case .lintsOverride:
            "cannot override `workspace.lints` in `lints`, either remove the overrides or `lints.workspace = true` "
                + "and manually specify the lints"
        default: descriptionOfCargoFeature
        }
    }

    private var descriptionOfCargoFeature: String {
        switch self {
        case .unknownCargoFeature(let name): "unknown Cargo.toml feature `\(name)`"
        case .unstableCargoFeature(let name):
            "the cargo feature `\(name)` requires a nightly version of Cargo, but this is the `stable` channel"
        case .removedCargoFeature(let name):
            "the cargo feature `\(name)` has been removed; take it out of `cargo-features`"
        case .misplacedCargoFeatures:
            "the field `cargo-features` should be set at the top of Cargo.toml before any tables"
        case .requiresUnstableFeature(let name): "feature `\(name)` is required, which no stable Cargo has"
        default: ""
        }
    }
}
