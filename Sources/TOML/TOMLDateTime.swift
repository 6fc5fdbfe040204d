/// A date, a time or both, as written. TOML knows four kinds: with offset, local, only a date, only a time.
package struct TOMLDateTime: Hashable, Sendable {
    package struct Date: Hashable, Sendable {
        package let year: Int
        package let month: Int
        package let day: Int
    }

    package struct Time: Hashable, Sendable {
        package let hour: Int
        package let minute: Int
        /// 0 where the file leaves them out; 60 in a leap second.
        package let second: Int
        /// Digits beyond the ninth are cut off.
        package let nanosecond: Int
    }

    package enum Offset: Hashable, Sendable {
        /// Written `Z`.
        case utc
        case minutes(Int)
    }

    package let date: Date?
    package let time: Time?
    /// Only together with date and time.
    package let offset: Offset?

    package init(date: Date?, time: Time? = nil, offset: Offset? = nil) {
        self.date = date
        self.time = time
        self.offset = offset
    }
}
