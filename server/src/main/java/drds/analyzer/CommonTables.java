package drds.analyzer;

import org.jspecify.annotations.Nullable;

/** The common table expressions that a name can mean, the innermost first. */
record CommonTables(
        @Nullable CommonTableDefinition definition,
        @Nullable CommonTables outer) {
    static final CommonTables NONE = new CommonTables(null, null);

    CommonTables and(CommonTableDefinition inner) {
        return new CommonTables(inner, this);
    }

    @Nullable
    CommonTableDefinition find(String name) {
        for (CommonTables at = this; at != null; at = at.outer) {
            if (at.definition != null && at.definition.node().name().is(name)) {
                return at.definition;
            }
        }
        return null;
    }
}
