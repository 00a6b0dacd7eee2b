"""Agents' libraries that fall back from OpenAI to Anthropic: `python agents.py LIBRARY`. Each asks
once, and ends well whatever came."""
import os
import sys

QUESTION = "How is the weather in Paris?"


def litellm():
    # Prices come with the package; others are fetched from the network.
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    from litellm import Router
    deployments = [("main", "openai/gpt-4o-mini", "OPENAI"),
                   ("spare", "anthropic/claude-sonnet-4-5", "ANTHROPIC")]
    router = Router(fallbacks=[{"main": ["spare"]}], num_retries=0, model_list=[
        {"model_name": name, "litellm_params": {
            "model": model, "api_base": os.environ[f"{provider}_BASE_URL"],
            "api_key": os.environ[f"{provider}_API_KEY"]}}
        for name, model, provider in deployments])
    return router.completion(model="main", messages=[{"role": "user", "content": QUESTION}])


def langchain():
    from langchain_anthropic import ChatAnthropic
    from langchain_openai import ChatOpenAI
    spare = ChatAnthropic(model="claude-sonnet-4-5")
    return ChatOpenAI(model="gpt-4o-mini").with_fallbacks([spare]).invoke(QUESTION)


def pydantic_ai():
    from pydantic_ai import Agent
    from pydantic_ai.models.anthropic import AnthropicModel
    from pydantic_ai.models.fallback import FallbackModel
    from pydantic_ai.models.openai import OpenAIChatModel
    models = FallbackModel(OpenAIChatModel("gpt-4o-mini"), AnthropicModel("claude-sonnet-4-5"))
    return Agent(models).run_sync(QUESTION)


if __name__ == "__main__":
    try:
        print({"litellm": litellm, "langchain": langchain, "pydantic-ai": pydantic_ai}[
            sys.argv[1]]())
    except Exception as error:  # Each library has its own; that it gave up is all that matters.
        print(f"gave up: {type(error).__name__}")
