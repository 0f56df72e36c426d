package drds.eventual;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import drds.atom.SessionState;
import java.io.IOException;
import java.util.Map;

/**
 * What a deferred statement needs of the session that deferred it.
 *
 * @param charset character_set_client by MySQL's name: the statement's bytes are in it
 * @param database empty if none
 * @param variables system variables with their values as SQL, the time of the deferral among them
 * @param userVariables those that the statement may read, with their values as SQL
 */
public record Context(
        String charset,
        String sqlMode,
        String database,
        Map<String, String> variables,
        Map<String, String> userVariables) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public Context {
        variables = Map.copyOf(variables);
        userVariables = Map.copyOf(userVariables);
    }

    public SessionState state() {
        return new SessionState(database, variables, userVariables, false);
    }

    byte[] toBytes() {
        try {
            return JSON.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static Context read(byte[] bytes) {
        try {
            return JSON.readValue(bytes, Context.class);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
