package drds.session;

import drds.parser.FunctionCall;
import drds.parser.QualifiedName;

/** Calls of stored functions in statements. */
final class StoredFunctions {
    private StoredFunctions() {}

    static QualifiedName name(FunctionCall call) {
        return new QualifiedName(call.span(), call.schema(), call.name());
    }
}
