package io.tapmeta.proxy.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * Signals, by the only door that Java has to SIGHUP and to an exit status of 0 after SIGTERM: {@code
 * sun.misc.Signal} of the module jdk.unsupported. Reached by name, because the compiler's warning
 * about it cannot be switched off where warnings are errors.
 */
final class Signals {
  private Signals() {}

  /** Runs {@code action} on a thread of the JVM's own, instead of what the signal does by default. */
  static void on(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      InvocationHandler call =
          (proxy, method, arguments) -> {
            switch (method.getName()) {
              case "handle" -> action.run();
              case "hashCode" -> {
                return System.identityHashCode(proxy);
              }
              case "equals" -> {
                return proxy == arguments[0];
              }
              default -> {
                return "handler of " + name;
              }
            }
            return null;
          };
      Object adapter =
          Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handler}, call);
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), adapter);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("SIG" + name + " cannot be handled", e);
    }
  }
}
