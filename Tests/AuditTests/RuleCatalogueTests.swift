import Audit
import TestSupport
import Testing

@Suite struct RuleCatalogueTests {
    @Test func idsAreKebabCaseAndUnique() {
        let ids = RuleCatalogue.infos.map(\.id)
        #expect(Set(ids).count == ids.count)
        for id in ids { #expect(id.allSatisfy { $0.isLowercase || $0 == "-" }, "\(id)") }
    }

    @Test func summariesAreOneLineWithoutFullStop() {
        for info in RuleCatalogue.infos {
            #expect(!info.summary.contains("\n") && !info.summary.hasSuffix("."), "\(info.id)")
        }
    }

    @Test func optionNamesAreKebabCase() {
        for option in RuleCatalogue.infos.flatMap(\.options) {
            #expect(option.name.allSatisfy { $0.isLowercase || $0 == "-" }, "\(option.name)")
        }
    }
}
