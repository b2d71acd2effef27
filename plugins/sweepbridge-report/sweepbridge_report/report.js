// Draws the plots and fills the table. All text from users goes in as text, and never as markup.
"use strict";
(async () => {
  const POINTS_IN_SVG = 1500; // beyond, points are drawn by WebGL
  const POINTS_WITHOUT_WEBGL = 2000;
  const LINES = 2000; // of parallel coordinates
  const AXES = 12;
  const SLICES = 12;
  const CATEGORIES = 40; // a parameter with more is no axis
  const PAGE = 50;
  const STATE_COLORS = {
    finished: "#2b8cd6", stopped: "#e69f00", failed: "#d55e00", lost: "#cc79a7", preempted: "#999999",
    interrupted: "#999999", running: "#009e73", waiting: "#56b4e9", prior: "#7f7f7f",
  };
  const COLORS = ["#2b8cd6", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#7f7f7f", "#b3a100"];

  const at = (id) => document.getElementById(id);
  const element = (name, attributes, ...inside) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...inside);
    return made;
  };
  const nextFrame = () => new Promise((done) => setTimeout(done));
  const unpack = async (id) => {
    const bytes = Uint8Array.from(atob(at(id).textContent), (one) => one.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  };
  // plotly reads some markup in its texts.
  // The end of a name often tells more than its middle.
  const cut = (text, most) => {
    const half = Math.max(2, Math.floor((most - 1) / 2));
    return text.length > most ? `${text.slice(0, half)}…${text.slice(-half)}` : text;
  };
  const plain = (text, most = 40) =>
    cut(text, most).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/[\r\n]+/g, " ");
  const short = (value) => (value < 1e-3 ? Number(value.toPrecision(3)).toExponential() : String(Number(value.toPrecision(4))));

  const sweeps = JSON.parse(await unpack("data"));
  at("plotly").after(element("script", {}, await unpack("plotly")));
  const hasWebGL = (() => {
    const context = document.createElement("canvas").getContext("webgl");
    context?.getExtension("WEBGL_lose_context")?.loseContext();
    return context !== null;
  })();

  let sweep = sweeps[0];
  let metric = null; // the objective that the plots show

  // Columns and scales

  const cell = (column, place) => {
    const value = column.values[place];
    return value === null || column.kind === "number" ? value : column.labels[value];
  };
  const known = (column) => column.values.filter((value) => value !== null);
  const span = (values) => values.reduce(([low, high], one) => [Math.min(low, one), Math.max(high, one)], [Infinity, -Infinity]);

  // Where a value lies on an axis, and what stands beside it.
  const scaleOf = (column) => {
    if (column.kind === "category") {
      const places = column.labels.map((_, place) => place);
      return { to: (value) => value, tickvals: places, ticktext: column.labels.map((label) => plain(label, 24)) };
    }
    if (!column.log) return { to: (value) => value };
    const [low, high] = span(known(column)).map(Math.log10);
    const tickvals = [];
    const steps = high - low > 3 ? [1] : [1, 2, 5];
    for (let power = Math.floor(low); power <= Math.ceil(high); power++) {
      for (const step of steps) {
        const value = Math.log10(step) + power;
        if (value >= low - 1e-9 && value <= high + 1e-9) tickvals.push(value);
      }
    }
    if (tickvals.length < 2) tickvals.splice(0, tickvals.length, low, high);
    return { to: (value) => Math.log10(value), tickvals, ticktext: tickvals.map((value) => short(10 ** value)), low, high };
  };
  // The same with a tick at both ends: parallel coordinates draw an axis from its first tick to its last.
  const wholeScaleOf = (column) => {
    const scale = scaleOf(column);
    if (!column.log) return scale;
    const { low, high } = scale;
    const far = (high - low) / 12;
    const tickvals = [low, ...scale.tickvals.filter((value) => value > low + far && value < high - far), high];
    return { ...scale, tickvals, ticktext: tickvals.map((value) => short(10 ** value)) };
  };
  const onScale = (column, places) => {
    const { to } = scaleOf(column);
    return places.map((place) => (column.values[place] === null ? null : to(column.values[place])));
  };
  const axisOf = (column, more = {}) => {
    const { tickvals, ticktext } = scaleOf(column);
    return axis(column.name, tickvals && column.kind === "category"
      ? { tickvals, ticktext, range: [-0.5, tickvals.length - 0.5], ...more }
      : tickvals ? { tickvals, ticktext, ...more } : more);
  };
  const isVaried = (column) => new Set(known(column)).size > 1;
  const isAxis = (column) => isVaried(column) && (column.kind === "number" || column.labels.length <= CATEGORIES);
  // The parameters that a plot can have as an axis, the most important ones first.
  const axes = () => {
    const shares = sweep.importance.bars[0]?.shares ?? {};
    return sweep.params.filter(isAxis).sort((one, other) => (shares[other.name] ?? 0) - (shares[one.name] ?? 0));
  };
  const withResult = () => sweep.number.map((_, place) => place).filter((place) => metric && metric.values[place] !== null);
  const isBetter = (one, other, goal) => (goal === "maximize" ? one > other : one < other);

  // At most so many places: half of them the best, the others spread over the rest.
  const chosen = (places, most) => {
    if (places.length <= most) return places;
    const sign = metric.goal === "maximize" ? -1 : 1;
    const ranked = [...places].sort((one, other) => sign * (metric.values[one] - metric.values[other]));
    const half = Math.floor(most / 2);
    const rest = ranked.slice(half).sort((one, other) => one - other);
    const step = rest.length / (most - half);
    const spread = Array.from({ length: most - half }, (_, place) => rest[Math.floor(place * step)]);
    return [...ranked.slice(0, half), ...spread].sort((one, other) => one - other);
  };

  // Drawing

  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const axis = (title, more = {}) => ({
    title: { text: plain(title) }, gridcolor: color("--line"), zerolinecolor: color("--line"), linecolor: color("--line"),
    automargin: true, ...more,
  });
  const layout = (more) => ({
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font: { color: color("--ink"), family: "system-ui, sans-serif" },
    margin: { l: 60, r: 20, t: 30, b: 50 }, height: 420, hovermode: "closest", legend: { orientation: "h", y: 1, yanchor: "bottom" },
    hoverlabel: { bgcolor: color("--raised"), font: { color: color("--ink") } }, ...more,
  });
  const say = (name, word) => { at(`word-${name}`).textContent = word; };
  const draw = async (name, traces, more) => {
    const plot = at(`plot-${name}`);
    const { height } = layout(more);
    plot.hidden = false;
    plot.style.height = `${height}px`; // else it has none once the window is resized
    await Plotly.react(plot, traces, layout(more), { displaylogo: false, responsive: true });
    plot.dataset.state = "drawn";
  };
  const leave = (name, word) => {
    const plot = at(`plot-${name}`);
    Plotly.purge(plot);
    plot.hidden = true;
    plot.dataset.state = "empty";
    say(name, word);
  };
  // Points: by WebGL where they are many, and fewer where there is none.
  const points = (count) => (count > POINTS_IN_SVG && hasWebGL ? "scattergl" : "scatter");
  const drawable = (places, name) => {
    if (hasWebGL || places.length <= POINTS_WITHOUT_WEBGL) return places;
    say(name, `This browser has no WebGL: ${POINTS_WITHOUT_WEBGL} of ${places.length} trials are drawn.`);
    return chosen(places, POINTS_WITHOUT_WEBGL);
  };
  const numbers = (places) => places.map((place) => sweep.number[place]);
  const choice = (name, label, columns, picked, then) => {
    const options = columns.map((column, place) => element("option", { value: place }, column.name));
    const select = element("select", {}, ...options);
    select.value = picked;
    select.addEventListener("change", () => then(Number(select.value)));
    at(`choices-${name}`).append(element("label", {}, `${label} `, select));
  };

  // Plots

  const bestSoFar = (one, values, goal) => {
    const order = one.number.map((_, place) => place).filter((place) => values[place] !== null);
    let best = null;
    return order.map((place) => {
      if (best === null || isBetter(values[place], best, goal)) best = values[place];
      return best;
    });
  };

  const drawHistory = async () => {
    const places = withResult();
    if (!places.length) return leave("history", metric ? "No trial has a result yet." : "The sweep has no metric.");
    const shown = drawable(places, "history");
    const best = bestSoFar(sweep, metric.values, metric.goal);
    const dots = ["finished", "stopped", "prior"].flatMap((state) => {
      const mine = shown.filter((place) => cell(sweep.state, place) === state);
      return mine.length ? [{
        type: points(shown.length), mode: "markers", name: state, x: numbers(mine), y: mine.map((place) => metric.values[place]),
        marker: { color: STATE_COLORS[state], size: 5, opacity: 0.75, symbol: state === "stopped" ? "x" : "circle" },
        hovertemplate: "trial %{x}: %{y}<extra></extra>",
      }] : [];
    });
    const line = {
      type: "scatter", mode: "lines", name: "best so far", x: numbers(places), y: best, hoverinfo: "skip",
      line: { shape: "hv", color: color("--ink"), width: 2 },
    };
    return draw("history", [...dots, line], { xaxis: axis("trial"), yaxis: axis(metric.name) });
  };

  const drawParallel = async () => {
    const all = withResult();
    if (!all.length) return leave("parallel", "No trial has a result yet.");
    if (!hasWebGL) return leave("parallel", "This browser has no WebGL, which the plot needs. The table can be filtered instead.");
    const columns = axes().slice(0, AXES);
    if (!columns.length) return leave("parallel", "No parameter has more than one value yet.");
    const whole = all.filter((place) => columns.every((column) => column.values[place] !== null));
    if (!whole.length) return leave("parallel", "No trial has all of the parameters.");
    const places = chosen(whole, LINES);
    const words = [];
    if (places.length < whole.length) words.push(`${places.length} of ${whole.length} trials are drawn: the best, and others spread over the sweep.`);
    if (whole.length < all.length) words.push(`${all.length - whole.length} trials lack one of the parameters.`);
    if (columns.length < axes().length) words.push(`${columns.length} of ${axes().length} parameters are drawn, the most important ones.`);
    const room = Math.floor(at("plot-parallel").clientWidth / (columns.length + 1) / 7);
    const dimensions = [...columns, metric].map((column) => {
      const { tickvals, ticktext } = wholeScaleOf(column);
      // Its ticks are the one text that plotly takes as it is.
      const texts = column.kind === "category" ? column.labels.map((label) => cut(label, 24)) : ticktext;
      const constraintrange = brushed.find((one) => one.column === column)?.ranges;
      return {
        label: plain(column.name, Math.max(6, room)), values: onScale(column, places),
        ...(tickvals ? { tickvals, ticktext: texts } : {}), ...(constraintrange ? { constraintrange } : {}),
      };
    });
    const line = {
      color: places.map((place) => metric.values[place]), colorscale: "Viridis", showscale: true,
      reversescale: metric.goal !== "maximize",
    };
    say("parallel", words.join(" "));
    const plot = at("plot-parallel");
    await draw("parallel", [{ type: "parcoords", dimensions, line, labelfont: { size: 12 } }], { margin: { l: 80, r: 60, t: 60, b: 30 } });
    plot.removeAllListeners?.("plotly_restyle");
    plot.on("plotly_restyle", () => {
      const ranges = plot.data[0].dimensions.map((one) => one.constraintrange);
      brushed = [...columns, metric].flatMap((column, place) => {
        const range = ranges[place];
        return range ? [{ column, to: scaleOf(column).to, ranges: Array.isArray(range[0]) ? range : [range] }] : [];
      });
      fill(0);
    });
    return undefined;
  };

  const drawImportance = async () => {
    const { bars, word } = sweep.importance;
    if (!bars.length) return leave("importance", word);
    const first = sweep.metrics.length > 1 ? ` For ${sweep.metrics[0].name}, the first objective.` : "";
    say("importance", word + first);
    const names = Object.keys(bars[0].shares).slice(0, 30).reverse();
    const traces = bars.map(({ name, shares }, place) => ({
      type: "bar", orientation: "h", name, x: names.map((one) => shares[one] ?? 0), y: names.map((one) => plain(one)),
      marker: { color: COLORS[place] }, hovertemplate: "%{y}: %{x:.2f}<extra></extra>",
    }));
    const height = 140 + names.length * 26 * bars.length;
    return draw("importance", traces, { height, xaxis: axis("share"), yaxis: axis("", { type: "category" }), showlegend: true });
  };

  const drawSlices = async () => {
    const places = withResult();
    const columns = axes();
    if (!places.length) return leave("slices", "No trial has a result yet.");
    if (!columns.length) return leave("slices", "No parameter has more than one value yet.");
    if (columns.length > SLICES) say("slices", `${SLICES} of ${columns.length} parameters are drawn, the most important first.`);
    const first = columns.slice(0, SLICES);
    const shown = drawable(places, "slices");
    const across = Math.min(3, first.length);
    const down = Math.ceil(first.length / across);
    const traces = first.map((column, place) => ({
      type: points(shown.length * first.length), mode: "markers", x: onScale(column, shown), y: shown.map((one) => metric.values[one]),
      xaxis: `x${place + 1}`, yaxis: `y${place + 1}`, customdata: numbers(shown), showlegend: false,
      marker: { size: 4, opacity: 0.6, color: numbers(shown), colorscale: [[0, color("--early")], [1, color("--late")]] },
      hovertemplate: "trial %{customdata}: %{y}<extra></extra>",
    }));
    const more = { grid: { rows: down, columns: across, pattern: "independent" }, height: 60 + 260 * down };
    first.forEach((column, place) => {
      more[`xaxis${place + 1}`] = axisOf(column);
      more[`yaxis${place + 1}`] = axis(place % across ? "" : metric.name);
    });
    return draw("slices", traces, more);
  };

  // Shepard's interpolation: each point of the grid is the mean of the trials, weighed by nearness.
  const interpolated = (xs, ys, zs, gridX, gridY) => {
    const unit = (values) => { const [low, high] = span(values); return (one) => (one - low) / (high - low || 1); };
    const [ux, uy] = [unit(xs), unit(ys)];
    return gridY.map((y) => gridX.map((x) => {
      let total = 0;
      let weights = 0;
      for (let place = 0; place < xs.length; place++) {
        const far = (ux(xs[place]) - ux(x)) ** 2 + (uy(ys[place]) - uy(y)) ** 2;
        const weight = 1 / (far + 1e-4) ** 1.5;
        total += weight * zs[place];
        weights += weight;
      }
      return total / weights;
    }));
  };
  const grid = (column, values) => {
    if (column.kind === "category") return column.labels.map((_, place) => place);
    const [low, high] = span(values);
    return Array.from({ length: 32 }, (_, step) => low + ((high - low) * step) / 31);
  };

  let pair = [0, 1];
  const drawContours = async () => {
    const columns = axes();
    at("choices-contours").replaceChildren();
    if (columns.length < 2) return leave("contours", "There are not two parameters with more than one value.");
    const pick = (place, one) => { pair[place] = one; drawContours(); };
    choice("contours", "Across", columns, pair[0], (one) => pick(0, one));
    choice("contours", "Up", columns, pair[1], (one) => pick(1, one));
    const [across, up] = pair.map((place) => columns[place]);
    const whole = withResult().filter((place) => across.values[place] !== null && up.values[place] !== null);
    if (whole.length < 3) return leave("contours", "Fewer than three trials have a result and both parameters.");
    const places = chosen(whole, 400);
    say("contours", places.length < whole.length ? `From ${places.length} of ${whole.length} trials: the best, and others spread over the sweep.` : "");
    const [xs, ys, zs] = [onScale(across, places), onScale(up, places), places.map((place) => metric.values[place])];
    const [gridX, gridY] = [grid(across, xs), grid(up, ys)];
    const surface = {
      type: "contour", x: gridX, y: gridY, z: interpolated(xs, ys, zs, gridX, gridY), colorscale: "Viridis",
      reversescale: metric.goal !== "maximize", hoverinfo: "skip", colorbar: { title: { text: plain(metric.name, 20) } },
    };
    const dots = {
      type: "scatter", mode: "markers", x: xs, y: ys, customdata: numbers(places), text: zs, showlegend: false,
      marker: { size: 4, color: "#fff", line: { color: "#000", width: 0.8 } }, hovertemplate: "trial %{customdata}: %{text}<extra></extra>",
    };
    return draw("contours", [surface, dots], { xaxis: axisOf(across), yaxis: axisOf(up) });
  };

  const drawCurves = async () => {
    if (!sweep.curves) return leave("curves", "The sweep has no metric.");
    const { drawn, of } = sweep.curves;
    if (!drawn.length) return leave("curves", "No trial has logged the metric row by row.");
    const words = drawn.length < of ? [`${drawn.length} of ${of} curves are drawn: the best, and others spread over the sweep.`] : [];
    if (sweep.metrics.length > 1) words.push(`Of ${sweep.metrics[0].name}, the first objective.`);
    say("curves", words.join(" "));
    const traces = [...new Set(drawn.map((curve) => curve.state))].map((state) => {
      const mine = drawn.filter((curve) => curve.state === state);
      return {
        type: "scatter", mode: mine.some((curve) => curve.x.length === 1) ? "lines+markers" : "lines", name: state,
        marker: { size: 3 }, opacity: 0.55, line: { color: STATE_COLORS[state], width: 1.2 },
        x: mine.flatMap((curve) => [...curve.x, null]), y: mine.flatMap((curve) => [...curve.y, null]),
        customdata: mine.flatMap((curve) => [...curve.x.map(() => curve.trial), null]),
        hovertemplate: "trial %{customdata}, row %{x}: %{y}<extra></extra>",
      };
    });
    const stopped = drawn.filter((curve) => curve.state === "stopped");
    const stops = {
      type: "scatter", mode: "markers", name: "stopped here", x: stopped.map((curve) => curve.x.at(-1)),
      y: stopped.map((curve) => curve.y.at(-1)), customdata: stopped.map((curve) => curve.trial),
      marker: { symbol: "x", size: 8, color: STATE_COLORS.stopped, line: { color: color("--ink"), width: 0.5 } },
      hovertemplate: "trial %{customdata} was stopped at row %{x}<extra></extra>",
    };
    return draw("curves", stopped.length ? [...traces, stops] : traces, { xaxis: axis("row"), yaxis: axis(sweep.metrics[0].name) });
  };

  const drawTimeline = async () => {
    const { trial, run, agent, state, from, to } = sweep.runs;
    if (!trial.length) return leave("timeline", "No run has begun here.");
    const when = (seconds) => (sweep.created + seconds) * 1000;
    const traces = state.labels.map((label, code) => {
      const mine = trial.map((_, place) => place).filter((place) => state.values[place] === code);
      return {
        type: "scatter", mode: "lines", name: plain(label), line: { color: STATE_COLORS[label] ?? COLORS[7], width: 10 },
        x: mine.flatMap((place) => [when(from[place]), when(to[place]), null]),
        y: mine.flatMap((place) => [agent.values[place], agent.values[place], null]),
        customdata: mine.flatMap((place) => Array(3).fill(`trial ${trial[place]}, run ${run[place]}`)),
        hovertemplate: "%{customdata}<extra></extra>", simplify: false,
      };
    });
    const places = agent.labels.map((_, place) => place);
    const yaxis = axis("agent", { tickvals: places, ticktext: agent.labels.map((label) => plain(label, 24)), range: [-0.6, places.length - 0.4] });
    return draw("timeline", traces, { height: Math.min(900, 160 + 24 * places.length), xaxis: axis("", { type: "date" }), yaxis });
  };

  let objectives = [0, 1];
  const drawFront = async () => {
    at("choices-front").replaceChildren();
    if (sweep.metrics.length < 2) return leave("front", "The sweep has one objective; a front needs two.");
    const pick = (place, one) => { objectives[place] = one; drawFront(); };
    choice("front", "Across", sweep.metrics, objectives[0], (one) => pick(0, one));
    choice("front", "Up", sweep.metrics, objectives[1], (one) => pick(1, one));
    const [across, up] = objectives.map((place) => sweep.metrics[place]);
    const places = sweep.number.map((_, place) => place).filter((place) => across.values[place] !== null && up.values[place] !== null);
    if (!places.length) return leave("front", "No trial has a result yet.");
    const front = new Set(sweep.front);
    const isOn = (place) => front.has(sweep.number[place]);
    say("front", `${front.size} of ${places.length} trials are on it.${sweep.metrics.length > 2 ? " It is that of all objectives." : ""}`);
    const trace = (name, mine, marker) => ({
      type: points(mine.length), mode: "markers", name, x: mine.map((place) => across.values[place]), y: mine.map((place) => up.values[place]),
      customdata: numbers(mine), marker, hovertemplate: "trial %{customdata}: %{x}, %{y}<extra></extra>",
    });
    const dominated = drawable(places.filter((place) => !isOn(place)), "front");
    return draw("front", [
      trace("dominated", dominated, { color: STATE_COLORS.prior, size: 5, opacity: 0.5 }),
      trace("on the front", places.filter(isOn), { color: STATE_COLORS.stopped, size: 9, symbol: "diamond" }),
    ], { xaxis: axis(`${across.name} (${across.goal})`), yaxis: axis(`${up.name} (${up.goal})`) });
  };

  const drawComparison = async () => {
    const known = sweeps.filter((one) => one.metrics.length && one.metrics[0].values.some((value) => value !== null));
    if (!known.length) return leave("compared", "No trial has a result yet.");
    const kinds = new Set(known.map((one) => `${one.metrics[0].goal} ${one.metrics[0].name}`));
    const words = kinds.size > 1 ? ["The sweeps do not optimize the same, so their lines can't be held against each other."] : [];
    if (known.length < sweeps.length) words.push(`${sweeps.length - known.length} have no result yet.`);
    say("compared", words.join(" "));
    const traces = known.map((one, place) => {
      const y = bestSoFar(one, one.metrics[0].values, one.metrics[0].goal);
      return {
        type: "scatter", mode: "lines", name: plain(`${one.id} ${one.title === one.id ? "" : one.title}`), x: y.map((_, count) => count + 1), y,
        line: { shape: "hv", color: COLORS[place % COLORS.length], dash: ["solid", "dash", "dot"][Math.floor(place / COLORS.length) % 3] },
      };
    });
    const title = kinds.size === 1 ? known[0].metrics[0].name : "objective";
    return draw("compared", traces, { xaxis: axis("trials with a result"), yaxis: axis(title), showlegend: true });
  };

  // The table

  let columns = [];
  let sorted = { column: 0, sign: 1 };
  let page = 0;
  let brushed = [];
  let haystacks = [];

  const prepare = () => {
    const number = { name: "trial", kind: "number", values: sweep.number };
    const reason = { name: "reason", kind: "category", labels: Object.values(sweep.reason), values: sweep.number.map(() => null) };
    Object.keys(sweep.reason).forEach((key, place) => { reason.values[key] = place; });
    const later = [sweep.seconds, sweep.agent, sweep.search, reason].filter((column) => known(column).length);
    columns = [number, sweep.name, sweep.state, ...sweep.metrics, ...sweep.params, ...sweep.summary, ...later];
    haystacks = [];
    brushed = [];
    sorted = { column: 0, sign: 1 };
    const heads = columns.map((column, place) => {
      const button = element("button", { type: "button" }, column.name);
      button.addEventListener("click", () => {
        sorted = { column: place, sign: sorted.column === place ? -sorted.sign : 1 };
        fill(0);
      });
      return element("th", { scope: "col", "aria-sort": "none" }, button);
    });
    at("table").tHead.replaceChildren(element("tr", {}, ...heads));
  };
  const shownIn = (column, place) => { const value = cell(column, place); return value === null ? "" : String(value); };
  const haystack = (place) => {
    haystacks[place] ??= columns.map((column) => shownIn(column, place)).join("\n").toLowerCase();
    return haystacks[place];
  };
  const ways = {
    "<": (value, asked) => value < asked, ">": (value, asked) => value > asked,
    "<=": (value, asked) => value <= asked, ">=": (value, asked) => value >= asked,
  };
  // One word of the filter: a comparison where it begins with the name of a column, else a text to be found.
  const test = (word) => {
    const [, name, way, asked] = /^(.+?)(<=|>=|=|<|>)(.+)$/.exec(word) ?? [];
    const column = columns.find((one) => one.name === name);
    if (!column) return (place) => haystack(place).includes(word.toLowerCase());
    if (way === "=") return (place) => shownIn(column, place).toLowerCase() === asked.toLowerCase() || (asked !== "" && column.kind === "number" && column.values[place] === Number(asked));
    return (place) => { const value = cell(column, place); return value !== null && ways[way](Number(value), Number(asked)); };
  };
  const isBrushed = (place) => brushed.every(({ column, to, ranges }) => {
    const value = column.values[place];
    return value !== null && ranges.some(([low, high]) => to(value) >= low && to(value) <= high);
  });
  const compare = (column) => (one, other) => {
    const [mine, its] = [cell(column, one), cell(column, other)];
    if (mine === null || its === null) return (mine === null) - (its === null) || one - other; // what is missing comes last
    const order = typeof mine === "number" ? mine - its : mine.localeCompare(its, undefined, { numeric: true });
    return sorted.sign * order || one - other;
  };
  const fill = (to) => {
    const tests = (at("words").value.match(/\S+/g) ?? []).map(test);
    const kept = sweep.number.map((_, place) => place).filter((place) => isBrushed(place) && tests.every((one) => one(place)));
    kept.sort(compare(columns[sorted.column]));
    page = Math.max(0, Math.min(to, Math.ceil(kept.length / PAGE) - 1));
    const shown = kept.slice(page * PAGE, (page + 1) * PAGE);
    at("table").tBodies[0].replaceChildren(...shown.map((place) => element("tr", {}, ...columns.map((column, at) =>
      element(at ? "td" : "th", at ? {} : { scope: "row" }, shownIn(column, place))))));
    [...at("table").tHead.rows[0].cells].forEach((head, at) =>
      head.setAttribute("aria-sort", at !== sorted.column ? "none" : sorted.sign > 0 ? "ascending" : "descending"));
    const brush = brushed.length ? ` Kept by the parallel coordinates: ${brushed.map((one) => one.column.name).join(", ")}.` : "";
    at("count").textContent = kept.length
      ? `Trials ${page * PAGE + 1} to ${page * PAGE + shown.length} of ${kept.length}, out of ${sweep.number.length}, by ${columns[sorted.column].name}, ${sorted.sign > 0 ? "ascending" : "descending"}.${brush}`
      : `No trial of ${sweep.number.length} is kept.${brush}`;
    at("back").disabled = page === 0;
    at("on").disabled = (page + 1) * PAGE >= kept.length;
  };

  // All together

  const PLOTS = {
    history: drawHistory, parallel: drawParallel, importance: drawImportance, slices: drawSlices, contours: drawContours,
    curves: drawCurves, timeline: drawTimeline, front: drawFront,
  };
  // A plot is drawn once it comes into view, one after the other: the page can be used at once.
  const waiting = new Set();
  let drawing = Promise.resolve();
  const drawNow = (name) => {
    if (waiting.delete(name)) drawing = drawing.then(PLOTS[name]).then(nextFrame);
  };
  const inView = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) drawNow(entry.target.dataset.plot);
  }, { rootMargin: "100px" });
  const drawAll = async () => {
    for (const name of Object.keys(PLOTS)) {
      const plot = at(`plot-${name}`);
      Object.assign(plot, { hidden: false });
      plot.dataset.state = "waiting";
      say(name, "");
      waiting.add(name);
      plot.closest("section").dataset.plot = name;
      inView.unobserve(plot.closest("section"));
      inView.observe(plot.closest("section"));
    }
    await nextFrame(); // what is in view is known then
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    await drawing;
  };
  addEventListener("beforeprint", () => Object.keys(PLOTS).forEach(drawNow));
  const show = async (place) => {
    sweep = sweeps[place];
    metric = sweep.metrics[0] ?? null;
    pair = [0, 1];
    objectives = [0, 1];
    document.querySelectorAll("[data-sweep]").forEach((one) => { one.hidden = one.dataset.sweep !== sweep.id; });
    const options = sweep.metrics.map((one, at) => element("option", { value: at }, `${one.goal} ${one.name}`));
    at("objective").replaceChildren(...options);
    at("objective").closest("label").hidden = sweep.metrics.length < 2;
    prepare();
    fill(0);
    await drawAll();
  };
  at("sweep").addEventListener("change", () => show(Number(at("sweep").value)));
  at("objective").addEventListener("change", () => {
    metric = sweep.metrics[Number(at("objective").value)];
    brushed = [];
    fill(0);
    drawAll();
  });
  at("words").addEventListener("input", () => fill(0));
  at("filter").addEventListener("submit", (event) => event.preventDefault());
  at("back").addEventListener("click", () => fill(page - 1));
  at("on").addEventListener("click", () => fill(page + 1));
  at("release").addEventListener("click", async () => {
    at("words").value = "";
    const wasBrushed = brushed.length > 0;
    brushed = [];
    fill(0);
    if (wasBrushed) await drawParallel();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", async () => {
    if (sweeps.length > 1) await drawComparison();
    await drawAll();
  });
  if (sweeps.length > 1) await drawComparison();
  await show(0);
  document.documentElement.dataset.ready = String(Math.round(performance.now()));
})();
