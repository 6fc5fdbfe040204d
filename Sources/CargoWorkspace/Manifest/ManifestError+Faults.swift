import CargoModel

// The texts of the parts of a reason.

extension ManifestError.InheritanceFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noWorkspaceRoot: "failed to find a workspace root"
        case .notDefined(let key): "`\(key)` was not defined"
        case .notFound(let dependency): "`dependency.\(dependency)` was not found in `workspace.dependencies`"
        case .cannotTurnOffDefaultFeatures:
            "`default-features = false` cannot override workspace's `default-features`"
        }
    }
}

extension ManifestError.DependencyFault {
    func description(of name: String) -> String {
        switch self {
        case .noSource:
            "dependency (\(name)) specified without providing a local path, Git repository, version, "
                + "or workspace dependency to use"
        case .keyWithoutGit(let key): "key `\(key)` is ignored for dependency (\(name))."
        case .ambiguous(let keys):
            "dependency (\(name)) specification is ambiguous. Only one of \(keys) is allowed."
        case .featureWithSlash(let feature):
            "feature `\(feature)` in dependency `\(name)` is not allowed to contain slashes; to enable features of a "
                + "transitive dependency, the direct dependency needs to re-export them from its `[features]` table"
        case .featureWithPrefix(let feature):
            "feature `\(feature)` in dependency `\(name)` is not allowed to use explicit `dep:` syntax; "
                + "name the optional dependency without the prefix, or a feature that enables it"
        case .invalidURL(let url, let fault): "invalid url `\(url)`: \(fault)"
        case .unknownRegistry(let registry): "registry index was not found in any configuration: `\(registry)`"
        case .optionalDevelopmentDependency: "dev-dependencies are not allowed to be optional: `\(name)`"
        case .artifact: "`artifact = …` requires `-Z bindeps` (\(name))"
        case .keyWithoutArtifact(let key):
            "'\(key)' specifier cannot be used without an 'artifact = …' value (\(name))"
        case .baseWithoutPath: "`base` can only be used with path dependencies"
        case .pathBase: "resolving path dependency \(name): feature `path-bases` is required, which no stable Cargo has"
        }
    }
}

extension ManifestError.ReplacementFault {
    func description(of key: String) -> String {
        switch self {
        case .noVersion: "replacements must specify a version to replace, but `\(key)` does not"
        case .versionRequirement:
            "replacements cannot specify a version requirement, but found one for `\(key)`"
        case .invalidSpecification(let text): "invalid package ID specification: `\(key)`: \(text)"
        }
    }
}

extension ManifestError.URLFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .relative: "relative URL without a base"
        case .emptyHost: "empty host"
        case .invalidPort: "invalid port number"
        case .cannotBeBase: "cannot-be-a-base-URLs are not supported"
        case .copyPath(let suggestion): "relative URL without a base; try using `\(suggestion)` instead"
        }
    }
}

extension InvalidName: CustomStringConvertible {
    package var description: String {
        switch fault {
        case .empty: "\(subject) cannot be empty"
        case .startsWithDigit(let scalar):
            "invalid character `\(scalar)` in \(subject): `\(name)`, the name cannot start with a digit"
        case .firstCharacter(let scalar):
            "invalid character `\(scalar)` in \(subject): `\(name)`, the first character must be a Unicode XID start "
                + "character (most letters or `_`)"
        case .character(let scalar):
            "invalid character `\(scalar)` in \(subject): `\(name)`, characters must be Unicode XID characters "
                + "(numbers, `-`, `_`, or most letters)"
        }
    }
}
