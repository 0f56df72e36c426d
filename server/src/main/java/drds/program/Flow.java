package drds.program;

/** Where a program goes on after a statement. */
sealed interface Flow {
    /** With the next statement. */
    record Next() implements Flow {}

    /** Behind the construct of that label, in lower case. */
    record Leave(String label) implements Flow {}

    /** With the next round of the loop of that label. */
    record Iterate(String label) implements Flow {}

    /** Behind the block of that scope, whose EXIT handler has run. */
    record Exit(Scope scope) implements Flow {}

    record Return() implements Flow {}

    Flow NEXT = new Next();
}
