package drds.planner;

/** How DRDS can compare the values of an expression as MySQL does. */
sealed interface SortKind {
    /** Numbers: by the value itself. */
    record Number() implements SortKind {}

    /** Dates and times: by the value itself. */
    record Time() implements SortKind {}

    /**
     * Texts whose weights are short enough that instances sort by all of them: by a hidden WEIGHT_STRING.
     *
     * @param characters the longest value's length; texts are filled up to it where the collation pads
     */
    record Text(int characters) implements SortKind {}

    /** Bytes: by a hidden WEIGHT_STRING that is not filled up. */
    record Binary() implements SortKind {}

    /** ENUM, SET and BIT: by a hidden number. */
    record Numbered() implements SortKind {}

    /** FLOAT, whose text loses digits: by a hidden double. */
    record Single() implements SortKind {}

    /** Not certain. */
    record Unknown() implements SortKind {}
}
