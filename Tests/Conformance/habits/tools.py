"""What clients do about tool calls."""
from habits.asking import ask, habit, TOOL


QUESTION = {"role": "user", "content": "How is the weather in Paris?"}


def result_of(call, result, question=QUESTION):
    """The conversation with the result of a tool call."""
    identity, name, arguments = call
    offered = {"id": identity, "type": "function",
               "function": {"name": name, "arguments": arguments}}
    return [question, {"role": "assistant", "content": None, "tool_calls": [offered]},
            {"role": "tool", "tool_call_id": identity, "content": result}]


def use_tool(results):
    call, *_ = ask(messages=[QUESTION], tools=[TOOL]).tool_calls()
    for result in results:
        ask(messages=result_of(call, result), tools=[TOOL])


@habit
def runs_a_tool_once():
    use_tool(["sunny"])


@habit
def sends_a_result_again():
    use_tool(["sunny", "sunny"])


@habit
def runs_a_tool_twice():
    use_tool(["sunny", "rainy"])


def repeat_a_tool(is_first_run):
    broken = ask(messages=[QUESTION], tools=[TOOL], stream=True)
    assert broken.state == "broken"
    if is_first_run:
        ask(messages=result_of(broken.tool_calls()[0], "booked 1"), tools=[TOOL])
    whole = ask(messages=[QUESTION], tools=[TOOL], stream=True)
    ask(messages=result_of(whole.tool_calls()[0], "booked 2"), tools=[TOOL])


@habit
def runs_a_tool_of_what_broke_off():
    repeat_a_tool(True)


@habit
def runs_a_tool_of_the_whole_answer():
    repeat_a_tool(False)
