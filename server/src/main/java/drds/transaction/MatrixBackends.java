package drds.transaction;

import drds.atom.Backend;
import drds.atom.SessionState;
import drds.group.Group;
import drds.matrix.Matrix;
import drds.wire.Loop;
import drds.wire.Loops;
import java.util.List;

/** The connections of a {@link Matrix}; for threads that a loop has started. */
public final class MatrixBackends implements Backends {
    private final Matrix matrix;

    public MatrixBackends(Matrix matrix) {
        this.matrix = matrix;
    }

    @Override
    public Backend take(String group, SessionState state) {
        return matrix.take(group, loop(), state);
    }

    @Override
    public Backend takeAside(String group, SessionState state) {
        return matrix.takeAside(group, loop(), state);
    }

    @Override
    public Backend takeReader(String group, SessionState state) {
        return matrix.takeReader(group, loop(), state);
    }

    private static Loop loop() {
        Loop loop = Loops.current();
        if (loop == null) {
            throw new IllegalStateException("this thread was not started by a loop");
        }
        return loop;
    }

    @Override
    public List<String> groups() {
        return matrix.groups().stream().map(Group::name).toList();
    }
}
