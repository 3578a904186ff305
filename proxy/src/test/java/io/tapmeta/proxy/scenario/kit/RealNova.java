package io.tapmeta.proxy.scenario.kit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/** Scenarios with a {@link Nova}, the first of which on a machine waits for its image. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Scenario
@Tag("nova")
@Timeout(1200)
public @interface RealNova {}
