import Advisories
import Testing

@Suite struct SeverityTests {
    @Test(
        arguments: [
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 100),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 93),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", 0),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:H/VA:N/SC:N/SI:N/SA:N/E:P/CR:X", 77),
            ("CVSS:4.0/AV:L/AC:L/AT:P/PR:H/UI:N/VC:H/VI:N/VA:H/SC:L/SI:N/SA:H", 69),
            ("CVSS:4.0/AV:A/AC:L/AT:N/PR:L/UI:P/VC:H/VI:H/VA:H/SC:N/SI:L/SA:H/E:X/CR:H/IR:X/AR:L", 83),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:H/UI:N/VC:L/VI:L/VA:H/SC:N/SI:H/SA:N/MAV:N/MAC:H/MPR:X/MVI:N/MSI:H/MSC:N", 70),
            ("CVSS:4.0/AV:A/AC:L/AT:P/PR:H/UI:P/VC:L/VI:N/VA:L/SC:L/SI:N/SA:H", 20),
            ("CVSS:4.0/AV:P/AC:L/AT:P/PR:L/UI:A/VC:L/VI:L/VA:H/SC:H/SI:L/SA:L/E:U/CR:L/IR:M/AR:X", 15),
            ("CVSS:4.0/AV:L/AC:L/AT:N/PR:N/UI:P/VC:N/VI:H/VA:H/SC:N/SI:L/SA:L", 69),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 61),
            ("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H", 99),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:N/I:N/A:N", 0),
            ("CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:C/C:N/I:N/A:L", 18),
            ("CVSS:3.0/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H", 81),
            ("CVSS:3.0/AV:P/AC:H/PR:L/UI:N/S:C/C:L/I:H/A:H", 70),
            ("AV:N/AC:L/Au:N/C:N/I:N/A:P", 50), ("AV:A/AC:M/Au:M/C:N/I:C/A:C", 64),
        ])
    func scoresAsTheCalculatorsDo(vector: String, tenths: Int) {
        #expect(Severity(cvss: vector)?.tenths == tenths)
    }

    @Test(
        arguments: [
            "", "CVSS:5.0/AV:N", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H", "CVSS:3.1/AV:N/AV:N/AC:L",
            "CVSS:3.1/AV:Z/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
            "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:/SI:N/SA:N",
            "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:S/SA:H", "nonsense",
        ])
    func knowsWhatItCannotScore(vector: String) {
        #expect(Severity(cvss: vector) == nil)
    }

    @Test func namesTheLevels() {
        let levels = [0, 1, 39, 40, 69, 70, 89, 90, 100].map { Severity(tenths: $0).level }
        #expect(levels == [.none, .low, .low, .medium, .medium, .high, .high, .critical, .critical])
        #expect(Severity(tenths: 98).score == "9.8")
        #expect(Severity.unknown.score == nil)
        #expect(Severity.Level.low < .critical)
    }
}
