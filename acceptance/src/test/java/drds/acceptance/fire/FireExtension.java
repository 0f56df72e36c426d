package drds.acceptance.fire;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the {@link FireCluster}: started once for the whole run, stopped at its end. Tests leave it running as it was. */
final class FireExtension implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(FireExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == FireCluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(FireCluster.class, _ -> started(), FireCluster.class);
    }

    private static FireCluster started() {
        try {
            return new FireCluster();
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Exception failure) {
            throw new IllegalStateException("the servers of the tests don't start", failure);
        }
    }
}
